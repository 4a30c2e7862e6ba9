namespace Rollcall.DeviceAgent.Beats;

/// <summary>What the device was doing when the answer came.</summary>
internal enum Step
{
    Register,
    Authenticate,
    Beat,
}

/// <summary>How the rules read an answer.</summary>
internal enum Verdict
{
    /// <summary>200 or 202.</summary>
    Accepted,

    /// <summary>It speaks of a token that is no longer ours.</summary>
    Ignored,

    /// <summary>This message is not wanted; the next one is due at pace.</summary>
    Dropped,

    /// <summary>A passing fault: wait, then the same again.</summary>
    BackOff,

    /// <summary>The session is over: authenticate.</summary>
    SessionLost,

    /// <summary>Somebody else is this device.</summary>
    Superseded,

    /// <summary>Not us, or not now: every five minutes.</summary>
    Refused,
}

/// <summary>What the rules remember between answers.</summary>
/// <param name="Failures">n of the backoff; zero again after an accepted beat.</param>
/// <param name="Reauthenticated">A session was lost at once already, and no beat was accepted since.</param>
/// <param name="Doubt">
/// So long an authentication of ours, whose answer we do not have, may still drop a session that has not been used: the one who supersedes
/// us may be us.
/// </param>
internal readonly record struct Progress(int Failures, bool Reauthenticated, TimeSpan Doubt);

/// <param name="Verdict">How the answer was read.</param>
/// <param name="Delay">Wait this long before the next step.</param>
/// <param name="Progress">Remember this.</param>
/// <param name="DropSession">Throw the token away.</param>
internal readonly record struct Next(Verdict Verdict, TimeSpan Delay, Progress Progress, bool DropSession = false);
