using System.Text;
using System.Threading.Channels;
using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Commands.Handlers;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Commands;

/// <summary>
/// A device's commands, one after the other in the order in which they come: noted on disk, acknowledged, done, reported. However
/// often one comes, it is done once; one that was begun before the agent started is reported and not done again.
/// </summary>
internal sealed class CommandLoop(
    string deviceId, CommandSet set, CommandJournal journal, Backoff backoff, DeviceLog log, TimeProvider clock, Random random)
{
    private const int MostWaiting = 1_000;
    private const int MostResultBytes = 32 * 1024;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>No command lives longer than a week.</summary>
    private static readonly TimeSpan GiveUp = TimeSpan.FromDays(8);
    private readonly Lock _gate = new();
    private readonly HashSet<string> _waiting = [];
    private readonly Channel<AgentCommand> _queue = Channel.CreateUnbounded<AgentCommand>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });

    /// <summary>Takes a command in that came over the socket or with a beat. What is known is passed over; what is too much comes again.</summary>
    public void Offer(AgentCommand? command)
    {
        if (command?.IsFit != true || journal.Knows(deviceId, command.Id!))
        {
            return;
        }

        lock (_gate)
        {
            if (_waiting.Count >= MostWaiting || !_waiting.Add(command.Id!))
            {
                return;
            }
        }

        _queue.Writer.TryWrite(command);
    }

    public async Task RunAsync(ICommandedDevice device, CancellationToken stop)
    {
        try
        {
            var (settled, next) = (false, _queue.Reader.WaitToReadAsync(stop).AsTask());
            while (!stop.IsCancellationRequested)
            {
                settled = settled || await SettleFormerAsync(device, stop);
                await Task.WhenAny(next, settled ? next : Task.Delay(LongestPause, clock, stop));
                next = next.IsCompleted ? _queue.Reader.WaitToReadAsync(stop).AsTask() : next;
                while (!stop.IsCancellationRequested && _queue.Reader.TryRead(out var command))
                {
                    await DoGuardedAsync(device, command, stop);
                    Forget(command);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was begun is in the journal.
        }
    }

    /// <summary>What was begun in a former life.</summary>
    /// <returns>False: the journal cannot be read now.</returns>
    private async Task<bool> SettleFormerAsync(ICommandedDevice device, CancellationToken stop)
    {
        if (journal.Unsettled(deviceId) is not { } former)
        {
            return false;
        }

        foreach (var line in former)
        {
            var report = line.Report ?? (line.Command == Restart.Restarting ? Restart.Done : CommandReport.Interrupted);
            await SettleAsync(device, line with { Report = report }, stop);
        }

        return true;
    }

    /// <summary>A fault of ours is a failure of that command, and of no other.</summary>
    private async Task DoGuardedAsync(ICommandedDevice device, AgentCommand command, CancellationToken stop)
    {
        try
        {
            await DoAsync(device, command, stop);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.Surprised(fault);
            await SettleAsync(
                device, new JournalLine(deviceId, command.Id!, command.Command, CommandReport.Failed($"fault: {fault.GetType().Name}")), stop);
        }
    }

    private async Task DoAsync(ICommandedDevice device, AgentCommand command, CancellationToken stop)
    {
        if (journal.Knows(deviceId, command.Id!))
        {
            return;
        }

        var begun = new JournalLine(deviceId, command.Id!, command.Command);
        if (!await journal.WriteAsync(begun))
        {
            await SettleAsync(
                device, begun with { Report = CommandReport.Failed("storage: the state folder cannot be written, or another agent uses it") }, stop);
            return;
        }

        // The server may have taken it back, or its time may be over: then it is not to be done.
        var answer = await InsistAsync(device, begun.Id, CommandReport.Acknowledged, stop);
        if (!answer.Success)
        {
            log.CommandNotDone(command.Command!, answer);
            await journal.WriteAsync(begun with { Command = null, Settled = true });
            return;
        }

        var report = await RunAsync(device, command, stop);
        log.CommandDone(command.Command!, report);
        await SettleAsync(device, begun with { Report = report }, stop);
    }

    private async Task<CommandReport> RunAsync(ICommandedDevice device, AgentCommand command, CancellationToken stop)
    {
        if (set.Find(command.Command!) is not { } handler)
        {
            return CommandReport.Failed("unsupported");
        }

        using var limit = new CancellationTokenSource(set.Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            var report = await handler.RunAsync(command, device, either.Token).WaitAsync(either.Token);
            return report.Result is { } result && Encoding.UTF8.GetByteCount(result.GetRawText()) > MostResultBytes
                ? CommandReport.Failed($"result_too_large: more than {MostResultBytes} bytes")
                : report;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return CommandReport.Failed($"timeout: not done within {set.Limit.TotalSeconds:0.###} s");
        }
        catch (BadParametersException bad)
        {
            return CommandReport.Failed($"invalid_parameters: {bad.Message}");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.Surprised(fault);
            return CommandReport.Failed($"fault: {fault.GetType().Name}");
        }
    }

    /// <summary>Notes how it ended, and reports that until the server has it.</summary>
    private async Task SettleAsync(ICommandedDevice device, JournalLine ended, CancellationToken stop)
    {
        await journal.WriteAsync(ended);
        await InsistAsync(device, ended.Id, ended.Report!, stop);

        // Not waited for: the same report again would do no harm.
        _ = journal.WriteAsync(new JournalLine(deviceId, ended.Id, null, Settled: true));
    }

    /// <summary>Says it until there is an answer that another try would not change.</summary>
    private async Task<Answer> InsistAsync(ICommandedDevice device, string id, CommandReport report, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        for (var failures = 0; ; failures++)
        {
            var answer = await device.ReportAsync(id, report, stop);
            if (answer.Success || answer.Status is 400 or 404 or 409 or 413 || clock.GetElapsedTime(began) > GiveUp)
            {
                return answer;
            }

            var pause = backoff.Delay(failures, random);
            pause = pause < LongestPause ? pause : LongestPause;
            await Task.Delay(pause > answer.RetryAfter ? pause : answer.RetryAfter, clock, stop);
        }
    }

    private void Forget(AgentCommand command)
    {
        lock (_gate)
        {
            _waiting.Remove(command.Id!);
        }
    }
}
