using System.Text.Json;
using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Connection;

/// <summary>
/// A device's WebSocket, beside REST: open whenever it can be, and never delaying a beat. A beat that is not acknowledged goes over REST at
/// once, whose answer also shows the state of the session: the connection itself decides nothing.
/// </summary>
internal sealed partial class LiveConnection(IGatewayDialer dialer, ConnectionPolicy policy, DeviceLog log, TimeProvider clock,
    Action<AgentCommand>? onCommand = null)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new();
    private TaskCompletionSource _lost = new();
    private string? _token;
    private (IGatewayConnection Connection, string Token)? _open;
    private long? _unanswered;

    /// <summary>Whether it is open.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _open is not null;
            }
        }
    }

    /// <summary>
    /// Completes when the connection was lost, or may have been, since the last call: the gateway expects a sign of life within its
    /// grace, which is shorter than the time between two beats.
    /// </summary>
    public Task Lost()
    {
        lock (_gate)
        {
            _lost = _lost.Task.IsCompleted ? new TaskCompletionSource() : _lost;
            return _lost.Task;
        }
    }

    /// <summary>Sets the device's newest token; null: it has none. The gateway closes a connection of a former one.</summary>
    public void Use(string? token)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (token == _token)
            {
                return;
            }

            _token = token;
            (changed, _changed) = (_changed, new TaskCompletionSource());
        }

        changed.TrySetResult();
    }

    /// <summary>Keeps a connection open until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var (token, changed) = Wanted();
            if (token is null)
            {
                await changed.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            var (end, lasted) = await HoldAsync(token, stop);
            failures = lasted >= ConnectionPolicy.Proof ? 0 : failures;
            if (!stop.IsCancellationRequested && !changed.IsCompleted)
            {
                var wait = policy.After(end, failures++);
                log.Disconnected(end, wait);
                Lose(end);
                await changed.WaitAsync(wait, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Lose(ConnectionEnd end)
    {
        TaskCompletionSource? lost;
        lock (_gate)
        {
            lost = end.IsLoss ? _lost : null;
        }

        lost?.TrySetResult();
    }

    private (string? Token, Task Changed) Wanted()
    {
        lock (_gate)
        {
            return (_token, _changed.Task);
        }
    }

    private async Task<(ConnectionEnd End, TimeSpan Lasted)> HoldAsync(string token, CancellationToken stop)
    {
        IGatewayConnection connection;
        using var timeout = new CancellationTokenSource(GatewayClient.Timeout, clock);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
            connection = await dialer.DialAsync(token, either.Token);
        }
        catch (HandshakeRefusedException refused)
        {
            return (new ConnectionEnd(null, refused.Status, refused.RetryAfter), TimeSpan.Zero);
        }
        catch (Exception)
        {
            _unanswered = clock.GetTimestamp();
            return (new ConnectionEnd(null, Unanswered: timeout.IsCancellationRequested), TimeSpan.Zero);
        }

        var opened = clock.GetTimestamp();
        lock (_gate)
        {
            _open = (connection, token);
        }

        log.Connected();
        // Not by cancelling the read, which would abort the socket: it is closed with a code.
        await using var stopping = stop.Register(() => _ = CutAsync(connection));
        try
        {
            while (await connection.ReceiveAsync(CancellationToken.None) is { } frame)
            {
                Receive(frame);
            }
        }
        catch (Exception)
        {
            // Broken, or stopped.
        }

        await CutAsync(connection);
        var inDoubt = _unanswered is { } asked && clock.GetElapsedTime(asked) < BeatPolicy.Settling;
        return (new ConnectionEnd(connection.CloseCode, InDoubt: inDoubt, Opened: true), clock.GetElapsedTime(opened));
    }

    /// <summary>Closes the connection; pending requests get no answer.</summary>
    private async Task CutAsync(IGatewayConnection connection)
    {
        TaskCompletionSource<GatewayFrame?>[] waiting = [];
        lock (_gate)
        {
            if (_open?.Connection == connection)
            {
                _open = null;
                waiting = [.. _asked.Values];
                _asked.Clear();
            }
        }

        Array.ForEach(waiting, reply => reply.TrySetResult(null));
        await connection.DisposeAsync();
    }
}
