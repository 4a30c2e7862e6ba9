using Rollcall.Journal;

namespace Rollcall.Devices;

/// <summary>
/// What other services are told outside of us, as a hint: who is signed in, what each device last said. Never waited for, and
/// never an authority. The embedded mode has none.
/// </summary>
internal interface IDeviceMirror : IChangeSink
{
    /// <summary>It cannot be written now: what changes meanwhile is made good later.</summary>
    bool IsAway { get; }
}
