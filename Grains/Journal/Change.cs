using System.Collections.Immutable;
using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>
/// One complete write of one device: the row before, the row after, and the events. All of it is stored, or nothing.
/// </summary>
/// <param name="Base">The row that it is based on; null: the device is created.</param>
/// <param name="Next">The row that follows; null: the device is removed, with its events.</param>
/// <param name="Events">What happened, in order; each event is stored in its table.</param>
internal sealed record Change(DeviceRow? Base, DeviceRow? Next, ImmutableArray<DeviceEvent> Events)
{
    /// <summary>Approximate bytes of a row without its metrics; names are short.</summary>
    private const int RowBytes = 500;

    /// <summary>A new device.</summary>
    public static Change Creation(DeviceRow row) => new(null, row, []);

    public static Change Removal(DeviceRow row) => new(row, null, []);

    /// <summary>The row as it is known on either side.</summary>
    public DeviceRow Row => Base ?? Next!;

    public string DeviceId => Row.DeviceId;

    public string CustomerId => Row.CustomerId;

    /// <summary>The transition in it; null: none.</summary>
    public Transition? Transition
    {
        get
        {
            foreach (var what in Events)
            {
                if (what is PresenceChanged presence)
                {
                    return presence.Transition;
                }
            }

            return null;
        }
    }

    /// <summary>Approximate bytes that it takes on the way to a store.</summary>
    public int Bytes
    {
        get
        {
            var bytes = RowBytes + (Next?.Presence.Metrics?.Length ?? 0);
            foreach (var what in Events)
            {
                bytes += what.Bytes;
            }

            return bytes;
        }
    }

    /// <summary>Difference in the number of the customer's devices.</summary>
    public int Devices => (Next is null ? 0 : 1) - (Base is null ? 0 : 1);

    /// <summary>Difference in the number of those that are online.</summary>
    public int Online => (Next is { Presence.Online: true } ? 1 : 0) - (Base is { Presence.Online: true } ? 1 : 0);
}

/// <summary>Something that happened to a device, stored beside its row.</summary>
internal abstract record DeviceEvent
{
    /// <summary>Approximate bytes that it takes on the way to a store.</summary>
    public virtual int Bytes => 200;
}

/// <summary>The device came online, or went offline.</summary>
internal sealed record PresenceChanged(Transition Transition) : DeviceEvent;
