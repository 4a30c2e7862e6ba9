using Rollcall.Devices;

namespace Rollcall.Commands;

/// <summary>Callers that wait for the end of a command. They wait here, never in a grain's turn.</summary>
internal sealed class CommandWait(IGrainFactory grains, GatewaySettings settings, TimeProvider clock)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private int _waiting;

    /// <summary>The command when it has come to its end, or as it is when the time is over, or at once when too many wait already.</summary>
    public async Task<Command> UntilEndedAsync(string customerId, Command command, TimeSpan most, CancellationToken gone)
    {
        if (Interlocked.Increment(ref _waiting) > settings.CommandWaits)
        {
            Interlocked.Decrement(ref _waiting);
            return command;
        }

        try
        {
            var begun = clock.GetTimestamp();
            for (var pause = First; command.IsOpen && most - clock.GetElapsedTime(begun) is { Ticks: > 0 } left; pause = pause * 1.5 < Longest ? pause * 1.5 : Longest)
            {
                await Task.Delay(pause < left ? pause : left, clock, gone);
                var read = await grains.GetRoster(customerId).Command(command.DeviceId, command.Id);
                command = read.Command ?? command;
            }

            return command;
        }
        catch (Exception away) when (away is StoreUnavailableException or TimeoutException or Orleans.Runtime.OrleansException)
        {
            // It is committed; what becomes of it can be asked for later.
            return command;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
