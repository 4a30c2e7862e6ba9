using Rollcall.Feed;

namespace Rollcall.Hub;

/// <summary>One thing to tell a client.</summary>
/// <param name="Entering">The client does not know the device yet.</param>
/// <param name="Gone">The device that the client knew was removed.</param>
internal sealed record ClientUpdate(IFeedEntry Entry, bool Entering = false, bool Gone = false);
