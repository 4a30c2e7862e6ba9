using Microsoft.Extensions.Time.Testing;
using Rollcall.Auth;
using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.DeviceApi;

/// <summary>What closes a connection by itself.</summary>
public sealed class DeviceConnectionTests
{
    private const int Timeout = 90_000;
    private readonly FakeTimeProvider _clock = new();
    private readonly Transport _transport = new();
    private readonly DeviceConnection _connection;

    public DeviceConnectionTests()
    {
        var session = new Session("s", 1);
        _connection = new DeviceConnection(
            new DeviceConnectionInfo("l", session, "g"), new DeviceCaller("d", "c", session, _clock.GetUtcNow() + TimeSpan.FromMinutes(10)), null!,
            new ConnectReply(Refusal.None, HeartbeatTimeout: Timeout), _clock);
        _connection.CarryBy(_transport);
    }

    [Fact]
    public void Silence_for_the_timeout_closes_it_wherever_the_device_was_heard()
    {
        _connection.Check();
        _clock.Advance(TimeSpan.FromMilliseconds(Timeout - 1_000));
        _connection.NoteAlive();
        _clock.Advance(TimeSpan.FromMilliseconds(Timeout - 1_000));
        _connection.Check();
        Assert.Empty(_transport.Closed);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _connection.Check();
        Assert.Equal([ReasonCode.Silent], _transport.Closed);
    }

    [Fact]
    public void A_device_that_was_told_a_longer_timeout_may_be_silent_for_that()
    {
        _connection.Expect(2 * Timeout);
        _connection.Expect(0);
        _clock.Advance(TimeSpan.FromMilliseconds((2 * Timeout) - 1));
        _connection.Check();
        Assert.Empty(_transport.Closed);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _connection.Check();
        Assert.Equal([ReasonCode.Silent], _transport.Closed);
    }

    [Fact]
    public void An_expired_token_closes_it_however_lively_it_is()
    {
        _clock.Advance(TimeSpan.FromMinutes(10));
        _connection.NoteAlive();
        _connection.Check();
        Assert.Equal([ReasonCode.TokenExpired], _transport.Closed);
    }

    [Fact]
    public void More_than_twenty_messages_within_a_minute_that_nobody_can_read_close_it()
    {
        for (var number = 0; number < 20; number++)
        {
            _connection.CountMalformed();
        }

        _clock.Advance(TimeSpan.FromSeconds(61));
        for (var number = 0; number < 20; number++)
        {
            _connection.CountMalformed();
        }

        Assert.Empty(_transport.Closed);
        _connection.CountMalformed();
        Assert.Equal([ReasonCode.Abuse], _transport.Closed);
    }

    private sealed class Transport : IDeviceTransport
    {
        public List<ReasonCode> Closed { get; } = [];

        public void Deliver(IReadOnlyList<Command> commands) => throw new NotSupportedException();

        public void Close(ReasonCode reason) => Closed.Add(reason);
    }
}
