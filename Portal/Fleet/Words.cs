using System.Globalization;

namespace Rollcall.Portal.Fleet;

/// <summary>The wire's words as people say them. Words that are not known here are shown as they come.</summary>
public static class Words
{
    public static string Status(Device device) => device switch
    {
        { Mode: "maintenance" } => "Maintenance",
        { Mode: "disabled" } => "Disabled",
        { IsOnline: true } => "Online",
        { IsNeverSeen: true } => "Never seen",
        { Status: "offline" } => "Offline",
        _ => device.Status,
    };

    /// <summary>The badge's colour; its shape and word say the same.</summary>
    public static string Tone(Device device) => device switch
    {
        { IsOnline: true } => "good",
        { Mode: not (null or Device.Active) } or { IsNeverSeen: true } => "idle",
        _ => "bad",
    };

    public static string Reason(string? reason) => reason switch
    {
        null => "waiting to join",
        "connected" => "connected",
        "heartbeat" => "heartbeat",
        "heartbeat_timeout" => "went silent",
        "goodbye" => "said goodbye",
        "link_lost" => "link lost",
        "revoked" => "session revoked",
        "disabled" => "disabled by owner",
        "maintenance" => "in maintenance",
        _ => reason.Replace('_', ' '),
    };

    /// <summary>A name that was refused may be anything: what has no shape of its own is shown as one.</summary>
    public static string MetricName(string name) =>
        name.Length == 0 ? "(no name)" : string.Concat(name.Select(letter => char.GetUnicodeCategory(letter) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator ? '\uFFFD' : letter));

    public static string Health(Device device) => (device.IsOnline, device.Health) switch
    {
        (_, null) => "unknown",
        (_, "healthy") => "Healthy",
        (_, Device.Degraded) => "Degraded",
        (_, var other) => other,
    };

    public static string Percent(double? value) => value is { } number ? number.ToString("0", CultureInfo.InvariantCulture) + " %" : "–";

    public static string Number(double value) => value.ToString("#,0.###", CultureInfo.InvariantCulture);

    public static string Wire(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
