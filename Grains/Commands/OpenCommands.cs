using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Devices.Turn;

namespace Rollcall.Commands;

/// <summary>
/// The device's open commands as they are stored. Read when they are needed, and only for devices that have some; kept from one call to the
/// next. Their size is counted for the customer.
/// </summary>
internal sealed class OpenCommands(TwinTurn turn, TwinServices services)
{
    /// <summary>How often to check again while the wall clock is doubted.</summary>
    private static readonly TimeSpan ClockCheck = TimeSpan.FromHours(1);
    private (string CustomerId, long Bytes) _held;

    /// <summary>Null: has to be read.</summary>
    public CommandQueue? Known { get; private set; }

    /// <summary>Why there is no queue: the store is away, or another twin owns the row.</summary>
    public Refusal Refusal => turn.IsFenced ? Refusal.StaleActivation : Refusal.Unavailable;

    /// <returns>Null: the store is away, or it is unknown what is stored.</returns>
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
                // Newer than the row: another twin has accepted them.
                turn.GiveWay();
                return null;
            }

            Keep(CommandQueue.Of(open, stored.Last));
        }

        return Known;
    }

    /// <param name="queue">Null: it is unknown what is stored.</param>
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

    /// <summary>How long until the next one expires, or until the next check; null: none is open.</summary>
    public TimeSpan? TimeLeft(WallTime now) =>
        Known is not { } queue || now.Believed is null ? TwinAlarm.Retry
        : queue.TimeLeft(now) is { } left && left > ClockCheck && now.IsDoubted ? ClockCheck
        : queue.TimeLeft(now);
}
