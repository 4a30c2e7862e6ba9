using System.Collections.Immutable;
using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>
/// One write of one device, whole: what the row was, what it is from now on, and what happened. It is stored with all of that or not at
/// all.
/// </summary>
/// <param name="Base">The row that it is based on; null: the device is created.</param>
/// <param name="Next">The row that follows; null: the device is removed, with all that is kept of it.</param>
/// <param name="Events">What happened, in order; each is kept in its table.</param>
internal sealed record Change(DeviceRow? Base, DeviceRow? Next, ImmutableArray<DeviceEvent> Events)
{
    /// <summary>Of what a row has but for its metrics; names are short.</summary>
    private const int RowBytes = 500;

    /// <summary>A device that nobody has seen.</summary>
    public static Change Creation(DeviceRow row) => new(null, row, []);

    public static Change Removal(DeviceRow row) => new(row, null, []);

    /// <summary>The row as it is known on either side.</summary>
    public DeviceRow Row => Base ?? Next!;

    public string DeviceId => Row.DeviceId;

    public string CustomerId => Row.CustomerId;

    /// <summary>The change of status in it; null: there is none.</summary>
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

    /// <summary>Bytes that it takes on its way to a store, about.</summary>
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

    /// <summary>By how much it changes how many of the customer's devices there are.</summary>
    public int Devices => (Next is null ? 0 : 1) - (Base is null ? 0 : 1);

    /// <summary>By how much it changes how many of them are online.</summary>
    public int Online => (Next is { Presence.Online: true } ? 1 : 0) - (Base is { Presence.Online: true } ? 1 : 0);
}

/// <summary>Something that happened to a device, and that is kept beside its row.</summary>
internal abstract record DeviceEvent
{
    /// <summary>Bytes that it takes on its way to a store, about.</summary>
    public virtual int Bytes => 200;
}

/// <summary>The device came, or went.</summary>
internal sealed record PresenceChanged(Transition Transition) : DeviceEvent;
