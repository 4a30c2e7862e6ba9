using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>One write of one device: the row it is based on, and the row that follows (null: the device is removed).</summary>
/// <param name="Change">The transition to log with it.</param>
internal sealed record JournalRecord(DeviceRow Base, DeviceRow? Next, Transition? Change)
{
    public string DeviceId => Base.DeviceId;

    /// <summary>Commands to write with the row, each whole; the row's <see cref="DeviceRow.Commands"/> says the same.</summary>
    public IReadOnlyList<CommandWrite> Commands { get; init; } = [];

    /// <summary>The rarely written columns are touched only when they differ.</summary>
    public bool ProfileChanged => Next is not null && !ReferenceEquals(Base.Profile, Next.Profile);
}

/// <summary>What became of a record.</summary>
internal enum Outcome
{
    /// <summary>Committed.</summary>
    Stored,

    /// <summary>The row is not at the record's base revision: somebody else has written it, or it is gone.</summary>
    Fenced,

    /// <summary>The store refuses the content; it will never be stored.</summary>
    Refused,

    /// <summary>Surely not written.</summary>
    Unavailable,

    /// <summary>Sent, and no word since: written or not.</summary>
    Unknown,
}
