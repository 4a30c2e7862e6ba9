namespace Rollcall.Clocks;

/// <summary>A reading of the wall clock, and how far it is trusted when it is compared with stored times.</summary>
/// <param name="Now">What the clock shows: what is written from now on gets this time.</param>
/// <param name="Believed">
/// The time to compare with what was stored before the clock jumped; the same as <paramref name="Now"/> when it did not. Null: not known yet.
/// </param>
/// <param name="Jumped">What has a later time than this was made after the jump: the clock had not been so far before.</param>
internal readonly record struct WallTime(DateTimeOffset Now, DateTimeOffset? Believed, DateTimeOffset Jumped = default)
{
    public static implicit operator WallTime(DateTimeOffset now) => new(now, now);

    public static implicit operator DateTimeOffset(WallTime time) => time.Now;

    /// <summary>The clock is not fully trusted.</summary>
    public bool IsDoubted => Now != Believed;

    /// <summary><see cref="IsOver"/> for a query: what was made after <c>Jumped</c> is over at <c>Now</c>, else at <c>Believed</c>.</summary>
    public (DateTimeOffset Now, DateTimeOffset Believed, DateTimeOffset Jumped) Bounds => Believed is { } believed
        ? (Now, believed, Jumped > DateTimeOffset.UnixEpoch ? Jumped : DateTimeOffset.UnixEpoch)
        : (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    /// <summary>
    /// Whether something that was made at a time has ended. For things made before a jump, the jump does not count as time passed.
    /// </summary>
    public bool IsOver(DateTimeOffset made, DateTimeOffset end) => end <= For(made);

    /// <summary>How long until the end.</summary>
    public TimeSpan Left(DateTimeOffset made, DateTimeOffset end) => For(made) is { } now ? end - now : TimeSpan.MaxValue;

    private DateTimeOffset? For(DateTimeOffset made) => Believed is not null && made > Jumped ? Now : Believed;
}
