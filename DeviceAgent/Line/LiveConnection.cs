using System.Text.Json;
using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Line;

/// <summary>
/// A device's socket, beside REST: open whenever it can be, never in a beat's way. A beat whose acknowledgement does not come goes
/// over REST at once, which also tells what became of the session: the line itself judges nothing.
/// </summary>
internal sealed partial class LiveConnection(IGatewayDialer dialer, ConnectionPolicy policy, DeviceLog diary, TimeProvider clock,
    Action<AgentCommand>? onCommand = null)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new();
    private TaskCompletionSource _lost = new();
    private string? _token;
    private (IGatewayConnection Line, string Token)? _open;
    private long? _unanswered;

    /// <summary>A line is open.</summary>
    public bool IsUp
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
    /// Completes when a line was lost, or may have been without our knowing, since the last time this was asked: the other side
    /// expects a sign of life within its grace, which is shorter than the time between two beats.
    /// </summary>
    public Task Lost()
    {
        lock (_gate)
        {
            _lost = _lost.Task.IsCompleted ? new TaskCompletionSource() : _lost;
            return _lost.Task;
        }
    }

    /// <summary>The device's newest token; null: it has none. A line of a former one will be closed by the other side.</summary>
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

    /// <summary>Keeps a line open until it is stopped.</summary>
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
                diary.LineOver(end, wait);
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
        IGatewayConnection line;
        using var patience = new CancellationTokenSource(GatewayClient.Timeout, clock);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
            line = await dialer.DialAsync(token, either.Token);
        }
        catch (HandshakeRefusedException refused)
        {
            return (new ConnectionEnd(null, refused.Status, refused.RetryAfter), TimeSpan.Zero);
        }
        catch (Exception)
        {
            _unanswered = clock.GetTimestamp();
            return (new ConnectionEnd(null, Unanswered: patience.IsCancellationRequested), TimeSpan.Zero);
        }

        var opened = clock.GetTimestamp();
        lock (_gate)
        {
            _open = (line, token);
        }

        diary.LineUp();
        // Not by cancelling the read, which would tear the socket: it is closed in words.
        await using var stopping = stop.Register(() => _ = CutAsync(line));
        try
        {
            while (await line.ReceiveAsync(CancellationToken.None) is { } frame)
            {
                Take(frame);
            }
        }
        catch (Exception)
        {
            // Broken, or stopped.
        }

        await CutAsync(line);
        var inDoubt = _unanswered is { } asked && clock.GetElapsedTime(asked) < BeatPolicy.Settling;
        return (new ConnectionEnd(line.CloseCode, InDoubt: inDoubt, Opened: true), clock.GetElapsedTime(opened));
    }

    /// <summary>What is asked of it gets no answer any more.</summary>
    private async Task CutAsync(IGatewayConnection line)
    {
        TaskCompletionSource<LineFrame?>[] waiting = [];
        lock (_gate)
        {
            if (_open?.Line == line)
            {
                _open = null;
                waiting = [.. _asked.Values];
                _asked.Clear();
            }
        }

        Array.ForEach(waiting, reply => reply.TrySetResult(null));
        await line.DisposeAsync();
    }
}
