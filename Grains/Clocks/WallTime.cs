namespace Rollcall.Clocks;

/// <summary>A reading of the wall clock, and how much of it is believed when it is held against what was stored before.</summary>
/// <param name="Now">What the clock says: what is written from now on bears it.</param>
/// <param name="Believed">The time for what was stored before the clock jumped; the same as <paramref name="Now"/> when it did not. Null: not known yet.</param>
internal readonly record struct WallTime(DateTimeOffset Now, DateTimeOffset? Believed)
{
    public static implicit operator WallTime(DateTimeOffset now) => new(now, now);

    public static implicit operator DateTimeOffset(WallTime time) => time.Now;

    /// <summary>Some of the time that the clock shows is not believed.</summary>
    public bool IsDoubted => Now != Believed;

    /// <summary>The two bounds of <see cref="IsOver"/> for a query: what was made after <c>Believed</c> is over at <c>Now</c>, else at <c>Believed</c>.</summary>
    public (DateTimeOffset Now, DateTimeOffset Believed) Bounds => Believed is { } believed ? (Now, believed) : (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    /// <summary>Whether something that was made at a time has come to its end. Of what was made before a jump, the jump is no time that has passed.</summary>
    public bool IsOver(DateTimeOffset made, DateTimeOffset end) => end <= For(made);

    /// <summary>How long until then.</summary>
    public TimeSpan Left(DateTimeOffset made, DateTimeOffset end) => For(made) is { } now ? end - now : TimeSpan.MaxValue;

    private DateTimeOffset? For(DateTimeOffset made) => made > Believed ? Now : Believed;
}
