using Rollcall.Journal;

namespace Rollcall.Devices;

/// <summary>
/// Hints for other services: who is signed in, and what each device last reported. Nobody waits for it, and it is never an authority.
/// The embedded mode has none.
/// </summary>
internal interface IDeviceMirror : IChangeSink
{
    /// <summary>It cannot be written now: changes made meanwhile are repaired later.</summary>
    bool IsAway { get; }
}
