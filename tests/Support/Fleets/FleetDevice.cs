using Rollcall.Support.Devices;
using Rollcall.Support.Http;

namespace Rollcall.Support.Fleets;

/// <summary>A device of the test, and what it was promised. Its own loop is its only writer.</summary>
public sealed class FleetDevice(string id, string secret)
{
    public string Id => id;

    public string Secret => secret;

    public string? Token { get; set; }

    /// <summary>Does not beat while set.</summary>
    public bool Silent { get; set; }

    /// <summary>The number of its newest beat, sent as metric <c>n</c>.</summary>
    public long Sent { get; set; }

    /// <summary>The newest beat answered 200.</summary>
    public long Stored { get; set; }

    /// <summary>The time in that answer.</summary>
    public string? StoredAt { get; set; }

    /// <summary>The newest beat answered at all with a success: 200 or 202.</summary>
    public long Heard { get; set; }

    /// <summary>The same device, moved by hand.</summary>
    public TestDevice At(Uri gateway) => new(Caller.At(gateway), Caller.At(gateway).As("owner"), "demo", id, secret);
}
