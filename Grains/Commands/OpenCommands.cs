using Rollcall.Clocks;
using Rollcall.Devices;

namespace Rollcall.Commands;

/// <summary>
/// The device's open commands as they are stored. Read when they are needed, and only of devices that have some; kept from one call to the
/// next, and what is kept is counted for its customer.
/// </summary>
internal sealed class OpenCommands(TwinTurn turn, TwinServices services)
{
    /// <summary>A clock that is not believed now may be by then.</summary>
    private static readonly TimeSpan ClockCheck = TimeSpan.FromHours(1);
    private (string CustomerId, long Bytes) _held;

    /// <summary>Null: to be read.</summary>
    public CommandQueue? Known { get; private set; }

    /// <summary>Why there is none: what is open cannot be read now, or is another twin's to say.</summary>
    public Refusal Refusal => turn.IsFenced ? Refusal.StaleActivation : Refusal.Unavailable;

    /// <returns>Null: it is to be read, and the store cannot be now; or nobody knows what is stored.</returns>
    public async ValueTask<CommandQueue?> Load()
    {
        if (turn.IsInDoubt)
        {
            return null;
        }

        var stored = turn.Row.Commands;
        if (Known is null && await new CommandReader(turn.DeviceId, services).Open(stored.Open) is (true, var open))
        {
            if (open.Any(command => command.Number > stored.Last))
            {
                // Newer than the row: another twin has taken them in.
                turn.GiveWay();
                return null;
            }

            Keep(CommandQueue.Of(open, stored.Last));
        }

        return Known;
    }

    /// <param name="queue">Null: what is stored is not known any more.</param>
    public void Keep(CommandQueue? queue)
    {
        Known = queue;
        var (customer, bytes) = (queue is null ? _held.CustomerId : turn.Row.CustomerId, queue?.Bytes ?? 0);
        if (bytes != _held.Bytes)
        {
            services.CustomerCommands.Add(customer, bytes - _held.Bytes);
            _held = (customer, bytes);
        }
    }

    /// <summary>How long until the next one is over its time, or until it is to be looked at again; null: none is open.</summary>
    public TimeSpan? TimeLeft(WallTime now) =>
        Known is not { } queue || now.Believed is null ? TwinAlarm.Retry
        : queue.TimeLeft(now) is { } left && left > ClockCheck && now.IsDoubted ? ClockCheck
        : queue.TimeLeft(now);
}
