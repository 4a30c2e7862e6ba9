namespace Rollcall.Portal.Secrets;

/// <summary>Another secret to make for a device.</summary>
/// <param name="OverlapSeconds">How long the former secret stays good, too: 0 to 7 days.</param>
public sealed record NewSecret(int OverlapSeconds, bool EndSessions);

/// <summary>The secret made, shown this once.</summary>
/// <param name="FormerUntil">Until then the former secret is good, too; null: it is over. A time that ran already does not grow.</param>
public sealed record MadeSecret(string? DeviceSecret, DateTimeOffset? FormerUntil);
