using System.Net;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Support.Proxies;

namespace Rollcall.Connections;

public sealed class ConnectionBookTests
{
    private const int Most = 80;
    private const int Crowd = 60;
    private const int Share = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly IPAddress Proxy = IPAddress.Parse("10.0.0.1");
    private readonly FakeTimeProvider _clock = new();
    private readonly ConnectionBook _book;
    private int _addresses;

    public ConnectionBookTests() => _book = new ConnectionBook("PORT", Most, Share, Patience, Proxy.Equals, _clock);

    [Fact]
    public void Below_three_quarters_nobody_is_in_anybodys_way()
    {
        var strangers = Enter(Crowd);
        Assert.DoesNotContain(strangers, stranger => stranger.IsClosed);
        Assert.Equal((Crowd, 0L, 0L), (_book.Open, _book.Refused, _book.Displaced));
    }

    [Fact]
    public void From_three_quarters_on_each_that_comes_closes_the_oldest_stranger()
    {
        var strangers = Enter(Crowd);
        for (var number = 0; number < 5; number++)
        {
            Assert.False(Enter().IsClosed);
            Assert.Equal(number + 1, strangers.TakeWhile(stranger => stranger.IsClosed).Count());
            Assert.Equal(number + 1, strangers.Count(stranger => stranger.IsClosed));
        }

        Assert.Equal(5, _book.Displaced);
    }

    [Fact]
    public void Whoever_is_known_stays_and_the_next_oldest_goes()
    {
        var first = Enter(Crowd);
        first.Take(20).ToList().ForEach(one => one.Place!.Know("fleet"));
        Enter(15);
        Assert.Equal([.. Enumerable.Range(20, 15)], Enumerable.Range(0, Crowd).Where(number => first[number].IsClosed));
    }

    [Fact]
    public void Silos_may_have_all_of_it_and_then_none_is_let_in()
    {
        for (var number = 0; number < Most; number++)
        {
            Enter().Place!.Know();
        }

        Assert.Null(Enter().Place);
        Assert.Equal((Most, 1L, 0L), (_book.Open, _book.Refused, _book.Displaced));
    }

    [Fact]
    public void A_place_is_free_when_the_socket_is_closed_but_no_more_than_1024_may_be_left_to_clear_away()
    {
        Enter(Crowd, closing: false);
        var more = Enter(1_024, closing: false);
        Assert.DoesNotContain(more, one => one.Place is null);
        Assert.Equal((Crowd, 0L), (_book.Open, _book.Refused));
        Assert.Null(Enter().Place);

        more.First(one => one.IsClosed).Place!.Leave();
        more.First(one => one.IsClosed).Place!.Leave();
        Assert.NotNull(Enter().Place);
        Assert.Equal(Crowd, _book.Open);
    }

    [Fact]
    public void One_address_has_an_eighth_of_strangers_and_one_more_closes_its_own_oldest()
    {
        var other = Enter();
        var same = Enumerable.Range(0, Share + 3).Select(_ => Enter(IPAddress.Parse("192.0.2.1"))).ToArray();
        Assert.Equal([true, true, true, .. Enumerable.Repeat(false, Share)], same.Select(one => one.IsClosed));
        Assert.False(other.IsClosed);
    }

    [Fact]
    public void A_fleet_behind_one_address_that_has_signed_in_may_be_more_than_an_eighth()
    {
        var fleet = Enumerable.Range(0, 3 * Share).Select(_ =>
        {
            var device = Enter(IPAddress.Parse("192.0.2.1"));
            device.Place!.Know("fleet");
            return device;
        }).ToArray();
        Enumerable.Range(0, 2 * Most).ToList().ForEach(_ => Enter(IPAddress.Parse("192.0.2.1")));
        Enter(2 * Most);
        Assert.DoesNotContain(fleet, device => device.IsClosed);
    }

    [Fact]
    public void A_64_of_IPv6_is_one_address_and_so_is_an_IPv4_address_however_it_is_written()
    {
        var (network, mapped) = (new List<Client>(), new List<Client>());
        for (var number = 0; number <= Share; number++)
        {
            network.Add(Enter(IPAddress.Parse($"2001:db8:1:2:{number:x}::1")));
            mapped.Add(Enter(IPAddress.Parse(number % 2 == 0 ? "192.0.2.9" : "::ffff:192.0.2.9")));
        }

        Assert.Equal([true, .. Enumerable.Repeat(false, Share)], network.Select(one => one.IsClosed));
        Assert.Equal([true, .. Enumerable.Repeat(false, Share)], mapped.Select(one => one.IsClosed));
        Assert.False(Enter(IPAddress.Parse("2001:db8:1:3::1")).IsClosed);
    }

    [Fact]
    public void A_trusted_proxy_has_no_share_and_no_patience_but_no_place_of_its_own()
    {
        var proxied = Enumerable.Range(0, Crowd).Select(_ => Enter(Proxy)).ToArray();
        _clock.Advance(10 * Patience);
        _book.CloseSilent();
        Assert.DoesNotContain(proxied, one => one.IsClosed);

        Enter();
        Assert.True(proxied[0].IsClosed);
    }

    [Fact]
    public void A_stop_closes_strangers_also_those_that_are_being_answered_and_nobody_who_is_known()
    {
        var (known, idle, answering, proxied) = (Enter(), Enter(), Enter(), Enter(Proxy));
        known.Place!.Know("fleet");
        answering.Place!.Answering();
        _book.CloseStrangers();
        Assert.Equal([false, true, true, true], new[] { known, idle, answering, proxied }.Select(one => one.IsClosed));
        Assert.False(Enter().IsClosed);
    }

    [Fact]
    public void Whoever_is_being_answered_goes_last()
    {
        var strangers = Enter(Crowd);
        strangers.Take(3).ToList().ForEach(one => one.Place!.Answering());
        Enter();
        Assert.Equal(strangers[3], Assert.Single(strangers, stranger => stranger.IsClosed));

        strangers.ToList().ForEach(one => one.Place!.Answering());
        Enter();
        Assert.True(strangers[0].IsClosed);
    }

    [Fact]
    public void A_stranger_without_a_complete_request_is_closed_when_the_patience_ends()
    {
        var silent = Enter();
        var known = Enter();
        known.Place!.Know("fleet");
        var answered = Enter();
        var asks = Enter();
        answered.Place!.Answering();
        asks.Place!.Answering();
        asks.Place.Answered();
        _clock.Advance(Patience - TimeSpan.FromMilliseconds(1));
        asks.Place.Answering();
        asks.Place.Answered();
        _book.CloseSilent();
        Assert.False(silent.IsClosed);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _book.CloseSilent();
        Assert.Equal((true, false, false, false), (silent.IsClosed, known.IsClosed, answered.IsClosed, asks.IsClosed));
        Assert.Equal((3, 1L), (_book.Open, _book.Silent));
    }

    [Fact]
    public void One_that_lost_its_place_before_it_could_be_closed_is_closed_when_it_can()
    {
        var place = _book.Enter(IPAddress.Parse("192.0.2.1"))!;
        _clock.Advance(Patience);
        _book.CloseSilent();
        var closed = 0;
        place.ClosesBy(() => closed++);
        Assert.Equal(1, closed);
    }

    [Fact]
    public async Task Many_threads_leave_it_empty()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var number = 0; number < 5_000; number++)
            {
                if (Enter(IPAddress.Parse($"192.0.2.{number % 20}")).Place is { } place)
                {
                    if (number % 3 == thread % 3)
                    {
                        place.Answering();
                        place.Vouch($"customer-{number % 5}");
                        place.Know($"customer-{number % 5}");
                        place.Hold($"customer-{number % 7}", drains: true);
                        place.LetGo();
                        place.Answered();
                    }

                    place.Leave();
                }
            }
        })));
        Assert.Equal(0, _book.Open);
        Assert.DoesNotContain(Enter(Crowd), one => one.IsClosed);
    }

    private Client[] Enter(int count, bool closing = true) => [.. Enumerable.Range(0, count).Select(_ => Enter(closing: closing))];

    /// <summary>From an address of its own unless one is named.</summary>
    private Client Enter(IPAddress? address = null, bool closing = true)
    {
        var number = Interlocked.Increment(ref _addresses);
        return new Client(_book.Enter(address ?? new IPAddress([198, 51, (byte)(number / 256), (byte)number])), closing);
    }

    private sealed class Client
    {
        public Client(Place? place, bool closing)
        {
            Place = place;
            place?.ClosesBy(() =>
            {
                IsClosed = true;
                if (closing)
                {
                    place.Leave();
                }
            });
        }

        public Place? Place { get; }

        public bool IsClosed { get; private set; }
    }
}
