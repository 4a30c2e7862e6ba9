using System.Collections.Concurrent;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Measuring;

namespace Rollcall.DeviceApi;

/// <summary>
/// All device connections of this gateway: checked each second, reached by their twins, and closed bit by bit when it stops.
/// </summary>
internal sealed partial class DeviceConnections(
    IGrainFactory grains, GatewaySettings settings, IHostApplicationLifetime lifetime, GatewayMeter meter, TimeProvider clock, ILoggerFactory logs)
    : BackgroundService, IDeviceConnectionObserver
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, DeviceConnection> _connections = new();

    /// <summary>Under the name by which operators know these lines.</summary>
    private readonly ILogger _log = logs.CreateLogger("Rollcall.Links.LinkBook");
    private IDeviceConnectionObserver? _reference;
    private int _entered;

    /// <summary>The reference by which twins call this gateway.</summary>
    public IDeviceConnectionObserver Reference => _reference ??= grains.CreateObjectReference<IDeviceConnectionObserver>(this);

    /// <summary>This gateway stops: no connection is opened, and none that closes is reported as lost.</summary>
    public bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <returns>False: the limit is reached, or this gateway stops.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _entered) > settings.DeviceConnections.Most || IsStopping)
        {
            Interlocked.Decrement(ref _entered);
            return false;
        }

        meter.DeviceConnected();
        return true;
    }

    public void Leave()
    {
        Interlocked.Decrement(ref _entered);
        meter.DeviceDisconnected();
    }

    public void Add(DeviceConnection connection) => _connections[connection.Info.ConnectionId] = connection;

    public void Remove(DeviceConnection connection) => _connections.TryRemove(connection.Info.ConnectionId, out _);

    public ValueTask Deliver(string connectionId, IReadOnlyList<Command> commands)
    {
        if (_connections.TryGetValue(connectionId, out var connection))
        {
            connection.Deliver(commands);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask Alive(string connectionId)
    {
        if (_connections.TryGetValue(connectionId, out var connection))
        {
            connection.NoteAlive();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask End(string connectionId, ConnectionEnd why)
    {
        if (_connections.TryGetValue(connectionId, out var connection))
        {
            connection.Close(why switch
            {
                ConnectionEnd.Superseded => ReasonCode.Superseded,
                ConnectionEnd.Goodbye => ReasonCode.Goodbye,
                _ => ReasonCode.Revoked,
            });
        }

        return ValueTask.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        lifetime.ApplicationStopping.Register(() => _ = DrainAsync());
        using var seconds = new PeriodicTimer(Second, clock);
        while (await seconds.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var connection in _connections.Values)
            {
                connection.Check();
            }
        }
    }

    /// <summary>Closes all connections over some seconds, so that the devices do not all reconnect to the other gateways at once.</summary>
    private async Task DrainAsync()
    {
        var connections = _connections.Values.ToArray();
        if (connections.Length == 0)
        {
            return;
        }

        LogDraining(connections.Length);
        var begun = clock.GetTimestamp();
        for (var number = 0; number < connections.Length; number++)
        {
            var due = settings.DeviceConnections.Drain * ((double)number / connections.Length);
            if (due - clock.GetElapsedTime(begun) is { Ticks: > 0 } left)
            {
                await Task.Delay(left, clock, CancellationToken.None);
            }

            connections[number].Close(ReasonCode.Stopping);
        }
    }

    [LoggerMessage(LogLevel.Information, "This gateway stops and closes the connections of {Count} devices")]
    private partial void LogDraining(int count);
}
