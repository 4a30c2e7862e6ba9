using Rollcall.Portal.Fleet;

namespace Rollcall.Portal.Devices;

/// <summary>A page of the list; only its time is read here.</summary>
public sealed record ListAnswer(DateTimeOffset AsOf);

/// <summary>A device to add; the server makes an id when none is given.</summary>
public sealed record NewDevice(string? DeviceId, string? Name, string? Location);

/// <summary>The device added, with a one-time code or a secret, shown this once.</summary>
public sealed record CreatedDevice(Device Device, string? ActivationCode, DateTimeOffset? ExpiresAt, string? DeviceSecret);

/// <summary>A change of a device's status.</summary>
public sealed record PresenceEvent(long Seq, string From, string To, string? Reason, DateTimeOffset At);

/// <summary>Changes of a device's status, ascending.</summary>
/// <param name="FirstSeq">The oldest that is kept.</param>
public sealed record PresenceEvents(PresenceEvent[] Events, long FirstSeq);
