using Rollcall.Feed;

namespace Rollcall.PortalApi.Hub;

/// <summary>One update to send to a client.</summary>
/// <param name="Entering">The client has not been sent the device yet.</param>
/// <param name="Gone">The device was removed; the client has been sent it before.</param>
internal sealed record ClientUpdate(IFeedEntry Entry, bool Entering = false, bool Gone = false);
