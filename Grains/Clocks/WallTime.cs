namespace Rollcall.Clocks;

/// <summary>A reading of the wall clock, and how much of it is believed when it is held against what was stored before.</summary>
/// <param name="Now">What the clock says: what is written from now on bears it.</param>
/// <param name="Believed">
/// The time for what was stored before the clock jumped; the same as <paramref name="Now"/> when it did not. Null: not known yet.
/// </param>
/// <param name="Jumped">What bears a later time than this was made after the jump: the clock had not come so far before.</param>
internal readonly record struct WallTime(DateTimeOffset Now, DateTimeOffset? Believed, DateTimeOffset Jumped = default)
{
    public static implicit operator WallTime(DateTimeOffset now) => new(now, now);

    public static implicit operator DateTimeOffset(WallTime time) => time.Now;

    /// <summary>Some of the time that the clock shows is not believed.</summary>
    public bool IsDoubted => Now != Believed;

    /// <summary><see cref="IsOver"/> for a query: what was made after <c>Jumped</c> is over at <c>Now</c>, else at <c>Believed</c>.</summary>
    public (DateTimeOffset Now, DateTimeOffset Believed, DateTimeOffset Jumped) Bounds => Believed is { } believed
        ? (Now, believed, Jumped > DateTimeOffset.UnixEpoch ? Jumped : DateTimeOffset.UnixEpoch)
        : (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    /// <summary>
    /// Whether something that was made at a time has come to its end. Of what was made before a jump, the jump is no time that has passed.
    /// </summary>
    public bool IsOver(DateTimeOffset made, DateTimeOffset end) => end <= For(made);

    /// <summary>How long until then.</summary>
    public TimeSpan Left(DateTimeOffset made, DateTimeOffset end) => For(made) is { } now ? end - now : TimeSpan.MaxValue;

    private DateTimeOffset? For(DateTimeOffset made) => Believed is not null && made > Jumped ? Now : Believed;
}
