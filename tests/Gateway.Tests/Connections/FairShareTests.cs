using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Support.Proxies;

namespace Rollcall.Connections;

/// <summary>Who makes room in a book of 80: 75 may be known, 4 places are strangers', and 1 is for one that is still to go.</summary>
public sealed class FairShareTests
{
    private const int Most = 80;
    private const int Known = 75;
    private const int Strangers = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly IPAddress Proxy = IPAddress.Parse("10.0.0.1");
    private readonly FakeTimeProvider _clock = new();
    private readonly ConnectionBook _book;
    private int _addresses;

    public FairShareTests() => _book = new ConnectionBook("PORT", Most, Most, Patience, Proxy.Equals, _clock);

    [Fact]
    public void One_customer_alone_may_have_all_but_a_sixteenth_and_its_sockets_are_left_in_peace()
    {
        var links = Links("one", Known);
        for (var number = 0; number < 200; number++)
        {
            var more = Enter();
            Assert.NotNull(more.Place);
            more.Place.Vouch("one");
            Assert.False(more.Place.MayHold("one"));
            more.Place.Know("one");
            Assert.False(more.Place.Hold("one", drains: true));
            Assert.False(more.IsClosed || more.Place.IsKnown);
        }

        Assert.DoesNotContain(links, link => link.IsClosed);
        Assert.Equal((Known + Strangers, 0L, 200L), (_book.Open, _book.Refused, _book.Yielded));
    }

    [Fact]
    public void Another_customer_is_let_in_and_the_newest_socket_of_the_one_with_the_most_makes_room()
    {
        var links = Links("one", Known);
        var others = Enumerable.Range(0, 10).Select(_ => Enter()).ToArray();
        Assert.Equal(Strangers, others.Count(other => !other.IsClosed));
        foreach (var other in others.Where(other => !other.IsClosed))
        {
            Assert.True(other.Place!.Hold("two", drains: true));
        }

        Assert.Equal([.. Enumerable.Repeat(false, Known - Strangers), .. Enumerable.Repeat(true, Strangers)], links.Select(link => link.IsClosed));
        Assert.Equal(Strangers, _book.Yielded);
    }

    [Fact]
    public void Of_connections_without_a_socket_the_one_that_has_not_asked_for_longest_goes_when_it_is_answered()
    {
        var link = Links("one", 1)[0];
        var asks = Asking("one", Known - 1);
        asks[0].Place!.Use();
        asks[1].Place!.Use();
        Enter().Place!.Know("two");
        Enter().Place!.Know("one");
        Assert.Equal([2, 3], Enumerable.Range(0, asks.Length).Where(number => asks[number].IsAsked));
        Assert.DoesNotContain(asks, one => one.IsClosed);
        Assert.False(link.IsClosed || link.IsAsked);
    }

    [Fact]
    public void One_that_does_not_go_is_closed_when_the_next_is_asked_or_its_time_is_over()
    {
        var asks = Asking("one", Known, goes: false);
        Enter().Place!.Know("two");
        Enter().Place!.Know("two");
        Assert.Equal((true, true, false), (asks[0].IsClosed, asks[1].IsAsked, asks[1].IsClosed));
        Assert.False(asks[1].Place!.Hold("one", drains: true));

        _clock.Advance(Patience - TimeSpan.FromMilliseconds(1));
        _book.CloseSilent();
        Assert.False(asks[1].IsClosed);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _book.CloseSilent();
        Assert.Equal((true, Known), (asks[1].IsClosed, _book.Open));
    }

    [Fact]
    public void Whoever_holds_less_than_its_share_is_never_refused_for_others_and_there_is_always_room_for_newcomers()
    {
        var random = new Random(31);
        var open = new List<(string Customer, Client Client)>();
        for (var step = 0; step < 20_000; step++)
        {
            // Some are greedier than others.
            var customer = $"customer-{Math.Min(random.Next(6), random.Next(6))}";
            var client = Enter(goes: random.Next(3) > 0);
            Assert.NotNull(client.Place);
            open.RemoveAll(one => one.Client.IsOver);
            var holders = open.Where(one => one.Client.Place!.IsKnown && !one.Client.IsAsked).GroupBy(one => one.Customer)
                .ToDictionary(group => group.Key, group => group.Count());
            var share = Known / holders.Keys.Append(customer).Distinct().Count();
            client.Place.Answering();
            client.Place.Vouch(customer);
            if (random.Next(4) == 0)
            {
                client.Place.Hold(customer, drains: true);
            }
            else if (random.Next(4) > 0)
            {
                client.Place.Know(customer);
            }

            var settled = client.Place.IsKnown;
            client.Place.Answered();
            open.Add((customer, client));
            Assert.True(settled || holders.GetValueOrDefault(customer) >= share || !client.Place.IsSurplus,
                $"step {step}: {customer} has {holders.GetValueOrDefault(customer)} of {share}");
            Assert.InRange(_book.Open, 0, Most);
            if (random.Next(3) == 0)
            {
                open[random.Next(open.Count)].Client.Place!.Leave();
            }
        }

        Assert.Equal(0L, _book.Refused);
    }

    [Fact]
    public void A_token_that_is_still_being_looked_at_is_closed_for_nobody_and_a_stranger_again_when_it_is_refused()
    {
        var doubted = Enter();
        doubted.Place!.Answering();
        doubted.Place.Vouch("one");
        Crowd();
        Assert.False(doubted.IsClosed || doubted.Place.IsKnown);

        doubted.Place.Answered();
        _clock.Advance(Patience);
        _book.CloseSilent();
        Assert.True(doubted.IsClosed);
    }

    [Fact]
    public void A_token_that_is_still_being_looked_at_keeps_nobody_out()
    {
        var doubted = EnterEach(Known, one =>
        {
            one.Place!.Answering();
            one.Place.Vouch("one");
        });
        var other = Enter();
        Assert.True(other.Place!.Hold("two", drains: true));
        Assert.DoesNotContain(doubted, one => one.IsClosed);
        Assert.Equal(Known + 1, _book.Open);
    }

    [Fact]
    public void What_a_proxy_asks_for_many_makes_room_for_itself_and_never_costs_a_customer_a_socket()
    {
        var links = Links("one", Known - 2, Proxy);
        var asks = EnterEach(4, one => one.Place!.Know("one"), Proxy);
        Assert.Equal([true, true, false, false], asks.Select(one => one.IsAsked));
        Assert.DoesNotContain(links, link => link.IsClosed);

        Assert.True(Enter(Proxy).Place!.Hold("two", drains: true));
        Assert.Single(links, link => link.IsClosed);
    }

    [Fact]
    public void A_stream_that_has_ended_is_one_that_asks()
    {
        var streams = Links("one", Known);
        streams[5].Place!.LetGo();
        Enter().Place!.Know("two");
        Assert.Equal(streams[5], Assert.Single(streams, stream => stream.IsAsked));
    }

    [Fact]
    public void A_stop_closes_all_of_customers_but_the_sockets_that_drain_and_nothing_of_silos()
    {
        var (drains, streams, asks, silo) = (Enter(), Enter(), Enter(), Enter());
        drains.Place!.Hold("one", drains: true);
        streams.Place!.Hold("one", drains: false);
        asks.Place!.Know("one");
        silo.Place!.Know();
        _book.CloseCallers();
        Assert.Equal([false, true, true, false], new[] { drains, streams, asks, silo }.Select(one => one.IsClosed));
    }

    private Client[] Links(string customer, int count, IPAddress? address = null) =>
        EnterEach(count, link => Assert.True(link.Place!.Hold(customer, drains: true)), address);

    private Client[] Asking(string customer, int count, bool goes = true) => EnterEach(count, one => one.Place!.Know(customer), goes: goes);

    /// <summary>One after the other: as strangers they would be in each other's way.</summary>
    private Client[] EnterEach(int count, Action<Client> then, IPAddress? address = null, bool goes = true)
    {
        var clients = new Client[count];
        for (var number = 0; number < count; number++)
        {
            clients[number] = Enter(address, goes);
            then(clients[number]);
        }

        return clients;
    }

    private void Crowd() => Enumerable.Range(0, 3 * Most).ToList().ForEach(_ => Enter());

    private Client Enter(IPAddress? address = null, bool goes = true)
    {
        var number = Interlocked.Increment(ref _addresses);
        return new Client(_book.Enter(address ?? new IPAddress([198, (byte)(number / 65_536), (byte)(number / 256), (byte)number])), goes);
    }

    /// <param name="goes">It goes when it is asked to.</param>
    private sealed class Client : IConnectionLifetimeNotificationFeature
    {
        private readonly bool _goes;

        public Client(Place? place, bool goes)
        {
            (Place, _goes) = (place, goes);
            place?.GoesBy(this);
            place?.ClosesBy(() =>
            {
                IsClosed = true;
                place.Leave();
            });
        }

        public Place? Place { get; }

        public bool IsClosed { get; private set; }

        public bool IsAsked { get; private set; }

        public bool IsOver => Place is null || Place.HasLeft;

        public CancellationToken ConnectionClosedRequested { get; set; }

        public void RequestClose()
        {
            IsAsked = true;
            if (_goes)
            {
                Place!.Leave();
            }
        }
    }
}
