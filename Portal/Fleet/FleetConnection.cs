using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Rollcall.Portal.Commands;
using Rollcall.Portal.Devices;
using Rollcall.Portal.Shell;
using Rollcall.Portal.SignIn;

namespace Rollcall.Portal.Fleet;

/// <summary>Where the live line stands.</summary>
public enum LineStatus { Connecting, Live, Lost, Forbidden }

/// <summary>
/// The live line to the hub: connects, watches, and after a loss does both again, for ever. Before it connects it asks by
/// REST, because a browser does not tell why a WebSocket was refused.
/// </summary>
public sealed class FleetConnection(FleetState state, CustomerApi api, UserSession session, HttpClient http, TimeProvider clock, Announcer announcer)
{
    private static readonly TimeSpan FilterRest = TimeSpan.FromMilliseconds(250);
    private HubConnection? _hub;
    private CancellationTokenSource? _pause;
    private ITimer? _filterTimer;
    private DateTimeOffset _heardAt;
    private FleetWatch? _watch;

    public LineStatus Status { get; private set; }

    /// <summary>While the line is lost: the moment whose state is shown. By this computer's clock.</summary>
    public DateTimeOffset StateOf { get; private set; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Fault { get; private set; }

    public FleetFilter Filter { get; private set; } = FleetFilter.None;

    /// <summary>The device whose commands are told; null: none's are.</summary>
    public string? CommandsOf { get; private set; }

    public event Action? Changed;

    /// <summary>A command of that device has changed its state. States in between may be left out, an end never is.</summary>
    public event Action<Command>? CommandHeard;

    public async Task RunAsync(CancellationToken stop)
    {
        Set(LineStatus.Connecting);
        for (var failures = 0; !stop.IsCancellationRequested && Status != LineStatus.Forbidden; failures++)
        {
            try
            {
                if (await Ask())
                {
                    failures = await Stay(stop) ? 0 : failures;
                }
            }
            catch (Exception lost) when (!stop.IsCancellationRequested)
            {
                Fault = lost.Message;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (stop.IsCancellationRequested)
            {
                return;
            }

            Lose();
            await Pause(Backoff.Delay(failures, Random.Shared.NextDouble()), stop);
        }
    }

    /// <summary>Tries again now, not when the pause is over.</summary>
    public void Hurry() => _pause?.Cancel();

    /// <summary>The whole fleet is here and filtered here, unless it is too large: then the server filters.</summary>
    public void SetFilter(FleetFilter filter)
    {
        if (filter != Filter)
        {
            Filter = filter;
            _filterTimer?.Dispose();
            _filterTimer = state.Truncated ? clock.CreateTimer(_ => _ = WatchAgain(), null, FilterRest, Timeout.InfiniteTimeSpan) : null;
        }
    }

    /// <summary>When it returns changes of that device's commands are told, as long as the line is live.</summary>
    public async Task WatchCommandsAsync(string? deviceId)
    {
        CommandsOf = deviceId;
        await Try(hub => hub.InvokeAsync("WatchCommands", Told));
    }

    private string[] Told => CommandsOf is null ? [] : [CommandsOf];

    private FleetWatch TheWatch => _watch ??= new FleetWatch(state, () => Filter);

    private async Task<bool> Ask()
    {
        var answer = await api.LookAsync();
        if (answer.Problem is { Status: 403 })
        {
            Set(LineStatus.Forbidden);
        }

        Fault = answer.Problem?.Detail;
        return answer.Problem is null;
    }

    /// <returns>True: it was live for a while.</returns>
    private async Task<bool> Stay(CancellationToken stop)
    {
        await using var hub = Build();
        var closed = new TaskCompletionSource<Exception?>();
        hub.Closed += fault =>
        {
            closed.TrySetResult(fault);
            return Task.CompletedTask;
        };
        Listen(hub);
        await hub.StartAsync(stop);
        _hub = hub;
        try
        {
            await hub.SendAsync("WatchCommands", Told, stop);
            await TheWatch.BeginAsync(request => Watch(hub, request));
            Set(LineStatus.Live);
            var fault = await closed.Task.WaitAsync(stop);
            StateOf = fault is TimeoutException ? Later(_heardAt, clock.GetUtcNow() - hub.ServerTimeout) : clock.GetUtcNow();
            return true;
        }
        finally
        {
            if (_hub == hub)
            {
                _hub = null;
            }
        }
    }

    private async Task<WatchAnswer> Watch(HubConnection hub, WatchRequest request)
    {
        var answer = await hub.InvokeAsync<WatchAnswer>("Watch", request);
        _heardAt = clock.GetUtcNow();
        return answer;
    }

    private Task WatchAgain() => Try(hub => TheWatch.ChangeAsync(request => Watch(hub, request)));

    private async Task Try(Func<HubConnection, Task> call)
    {
        if (_hub is { State: HubConnectionState.Connected } hub)
        {
            try
            {
                await call(hub);
            }
            catch (Exception fault)
            {
                // A line that may watch nothing and looks alive would be worst: the next one watches anew.
                Fault = fault.Message;
                await hub.StopAsync();
            }
        }
    }

    private HubConnection Build()
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(http.BaseAddress!, "hubs/portal"), options =>
        {
            // With several gateways a negotiation could meet another one than the socket.
            options.SkipNegotiation = true;
            options.Transports = HttpTransportType.WebSockets;
            options.AccessTokenProvider = () => Task.FromResult(session.Token);
        });
        builder.AddJsonProtocol(json => json.PayloadSerializerOptions = PortalJson.Default.Options);
        return builder.Build();
    }

    private void Listen(HubConnection hub)
    {
        On<Device[]>(hub, "device_status", state.Apply);
        On<Device>(hub, "device_registered", state.Apply);
        On<Device>(hub, "device_updated", state.Apply);
        On<Removed>(hub, "device_removed", removed => state.Remove(removed.DeviceId));
        On<Counts>(hub, "device_counts", state.Apply);
        On<Command>(hub, "command_result", command => CommandHeard?.Invoke(command));

        // Said once all before it is applied: a page that has no time is then sent fewer, newer updates, not all of them late.
        hub.On<long>("device_mark", mark => hub.SendAsync("Ack", mark));
    }

    private void On<T>(HubConnection hub, string name, Action<T> take) => hub.On<T>(name, message =>
    {
        _heardAt = clock.GetUtcNow();
        take(message);
    });

    private void Lose()
    {
        if (Status == LineStatus.Live)
        {
            announcer.Say("Connection lost. Reconnecting.");
        }

        if (Status != LineStatus.Forbidden)
        {
            Set(LineStatus.Lost);
        }
    }

    private async Task Pause(TimeSpan delay, CancellationToken stop)
    {
        using var pause = _pause = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            await Task.Delay(delay, clock, pause.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped, or told to hurry.
        }
        finally
        {
            _pause = null;
        }
    }

    private void Set(LineStatus status)
    {
        if (status == LineStatus.Live && Status == LineStatus.Lost)
        {
            announcer.Say("Connected again.");
        }

        Status = status;
        Changed?.Invoke();
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
