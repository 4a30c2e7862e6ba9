namespace Rollcall.Portal.Fleet;

/// <summary>
/// A device as the server tells it. In <c>device_status</c> the profile's members are absent, unless the device enters the
/// watch. States are texts: new ones may come.
/// </summary>
public sealed record Device(
    string DeviceId, string? Name, string? Location, string? CustomerId, string? Mode, string Status, string? Health, string? Reason,
    DateTimeOffset StatusSince, DateTimeOffset? LastSeen, bool Connected, Dictionary<string, double>? Metrics, long Seq,
    string[]? IgnoredMetrics = null, bool? WeakSecret = null)
{
    public const string Online = "online";
    public const string Degraded = "degraded";
    public const string Active = "active";

    public string Title => string.IsNullOrEmpty(Name) ? DeviceId : Name;

    public bool IsOnline => Status == Online;

    public bool IsDegraded => IsOnline && Health == Degraded;

    /// <summary>Has not joined since it was added: nothing that worked has failed.</summary>
    public bool IsNeverSeen => Status == "offline" && LastSeen is null && Seq == 0;

    /// <summary>Its secret was imported as an unsalted SHA-256, and nobody has signed in with it since.</summary>
    public bool HasWeakSecret => WeakSecret == true;

    /// <summary>The profile is there too.</summary>
    public bool IsWhole => CustomerId is not null;

    public double? Metric(string name) => Metrics is not null && Metrics.TryGetValue(name, out var value) ? value : null;

    /// <summary>What is known only grows newer: by transition, then by sign of life. Equal is not older: a link may have closed.</summary>
    public bool Precedes(Device other) =>
        Seq < other.Seq || (Seq == other.Seq && (LastSeen ?? DateTimeOffset.MinValue) < (other.LastSeen ?? DateTimeOffset.MinValue));

    /// <summary>This one with what the later message says; presence never goes backwards.</summary>
    public Device Then(Device later)
    {
        var presence = later.Precedes(this) ? this : later;
        var profile = later.IsWhole ? later : this;
        return presence with
        {
            Name = profile.Name, Location = profile.Location, CustomerId = profile.CustomerId, Mode = profile.Mode,
            WeakSecret = later.IsWhole ? later.WeakSecret : later.WeakSecret ?? WeakSecret,
        };
    }
}

/// <summary>Devices by status.</summary>
public sealed record Counts(long Total, long Online, long Offline);

/// <summary>What to watch; absent members mean all.</summary>
public sealed record WatchRequest(string[]? Statuses, string? Q, int Limit, bool Acknowledge = true);

/// <summary>What is watched, as stored.</summary>
public sealed record WatchAnswer(Device[] Devices, Counts Counts, bool Truncated);

/// <summary>A device that is no more.</summary>
public sealed record Removed(string DeviceId);
