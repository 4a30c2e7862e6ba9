namespace Rollcall.Portal.Fleet;

/// <summary>What of the fleet is shown. Kept in the address: <c>?q=...&amp;status=...</c>.</summary>
public sealed record FleetFilter
{
    public static readonly FleetFilter None = new("", null);

    /// <summary>Added, and has not joined since.</summary>
    public const string NeverSeen = "never";
    private static readonly string[] Known = ["online", "offline", "degraded", NeverSeen];
    private readonly string _folded = "";

    public FleetFilter(string search, string? status) => (Search, Status) = (search, status);

    /// <summary>Substring of id or name, any case; empty: all. What the server could not be asked for is left out.</summary>
    public string Search
    {
        get;
        init => _folded = FleetSearch.Fold(field = FleetSearch.Askable(value));
    } = "";

    /// <summary><c>online</c>, <c>offline</c> (but seen before), <c>degraded</c>, <c>never</c> (never seen); null: all.</summary>
    public string? Status { get; init; }

    public bool IsEmpty => Search.Length == 0 && Status is null;

    public static FleetFilter From(string? search, string? status) => new(search ?? "", Known.Contains(status) ? status : null);

    public bool Matches(Device device) =>
        Status switch { null => true, Device.Degraded => device.IsDegraded, NeverSeen => device.IsNeverSeen,
            _ => device.Status == Status && !device.IsNeverSeen }
        && (FleetSearch.Contains(device.DeviceId, _folded) || FleetSearch.Contains(device.Name, _folded));

    /// <summary>The same for the server, which knows no filter by health, and counts who was never seen as offline.</summary>
    public WatchRequest ToRequest(int limit) => new(
        Status switch { null => null, Device.Degraded => [Device.Online], NeverSeen => ["offline"], _ => [Status] },
        Search.Length == 0 ? null : Search, limit);

    /// <summary>Relative to the page's base, which may have a path.</summary>
    public string Address(string? deviceId)
    {
        var query = new List<string>(2);
        if (Search.Length > 0)
        {
            query.Add("q=" + Uri.EscapeDataString(Search));
        }

        if (Status is not null)
        {
            query.Add("status=" + Status);
        }

        return (deviceId is null ? "" : "devices/" + Uri.EscapeDataString(deviceId)) + (query.Count > 0 ? "?" + string.Join('&', query) : "");
    }
}
