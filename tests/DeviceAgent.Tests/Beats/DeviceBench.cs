using Microsoft.Extensions.Time.Testing;
using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Connection;
using Rollcall.DeviceAgent.Identity;
using Rollcall.DeviceAgent.Logs;
using Rollcall.DeviceAgent.Metrics;
using Rollcall.DeviceAgent.State;
using Rollcall.DeviceAgent.Tests.Connection;
using Rollcall.DeviceAgent.Tests.Wire;

namespace Rollcall.DeviceAgent.Tests.Beats;

/// <summary>One device under a fake clock and a stub gateway; everything runs on the thread that moves the clock.</summary>
internal sealed class DeviceBench : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abandon = new();

    public DeviceBench(string? secret = "device-secret", ProvisioningCredentials credentials = default,
        MemoryState? state = null, bool sockets = false,
        CommandSet? commands = null, CommandJournal? journal = null)
    {
        // A continuation posted elsewhere would race with the clock.
        SynchronizationContext.SetSynchronizationContext(null);
        State = state ?? new MemoryState();
        var deviceLog = new DeviceLog("d-1", new Log(LogLevel.Debug, Output, Output, Clock), quiet: false);
        var log = new Log(LogLevel.Debug, Output, Output, Clock);
        Journal = journal ?? new CommandJournal(null, log);
        var loop = commands is null ? null : new CommandLoop("d-1", commands, Journal, Backoff.Standard, deviceLog, Clock, new Random(1));
        Device = new Device(
            new DeviceKey("d-1", secret, credentials),
            Gateway.Client(Clock),
            State,
            new RandomWalk("d-1", Clock),
            new BeatPolicy(Backoff.Standard, new Random(1)),
            deviceLog,
            TimeSpan.FromSeconds(30),
            Clock,
            new Random(1),
            sockets ? new LiveConnection(Sockets, new ConnectionPolicy(Backoff.Standard, new Random(1)), deviceLog, Clock,
                command => loop?.Offer(command)) : null,
            loop);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public StubGateway Gateway { get; } = new();

    public FakeDialer Sockets { get; } = new();

    public StringWriter Output { get; } = new();

    public MemoryState State { get; }

    public CommandJournal Journal { get; }

    public Device Device { get; }

    public Task Run { get; private set; } = Task.CompletedTask;

    public DeviceBench Start()
    {
        Run = Device.RunAsync(_stop.Token, _abandon.Token);
        return this;
    }

    /// <summary>In steps of 100 ms, so that what is due in between happens at its own time.</summary>
    public void Pass(double seconds)
    {
        for (var step = 0; step < Math.Round(seconds * 10); step++)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    public void Stop() => _stop.Cancel();

    public void Abandon() => _abandon.Cancel();

    public void Dispose()
    {
        _stop.Cancel();
        _abandon.Cancel();
        _stop.Dispose();
        _abandon.Dispose();
    }
}

internal sealed class MemoryState : IDeviceState
{
    public StoredSession? Session { get; set; }

    public string? Secret { get; private set; }

    public StoredSession? FindSession(string deviceId, string apiUrl) => Session;

    public void KeepSession(StoredSession? session) => Session = session;

    public void KeepSecret(string deviceId, string secret) => Secret = secret;
}
