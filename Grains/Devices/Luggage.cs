namespace Rollcall.Devices;

/// <summary>
/// What goes along when a twin moves to another silo, so that no deadline moves and no heard beat is forgotten: ages instead of times,
/// since the monotonic clock of another process has another zero.
/// </summary>
[GenerateSerializer, Immutable, Alias("rollcall.luggage")]
internal sealed record Luggage(
    [property: Id(0)] TimeSpan? SilentFor,
    [property: Id(1)] TimeSpan HearingFor,
    [property: Id(2)] LivenessSignal? Unpromised,
    [property: Id(3)] Link? OpenLink,
    [property: Id(4)] TimeSpan? LinkLostFor,
    [property: Id(5)] string? Gateway,
    [property: Id(6)] string? UsedNext = null,
    [property: Id(7)] Link? Beside = null,
    [property: Id(8)] IReadOnlyList<string>? Ignored = null)
{
    public static readonly Luggage Empty = new(null, TimeSpan.Zero, null, null, null, null);

    /// <summary>The same, so much later.</summary>
    public Luggage After(TimeSpan time) =>
        this with { SilentFor = SilentFor + time, HearingFor = HearingFor + time, LinkLostFor = LinkLostFor + time };
}

/// <summary>What came along, and when it came, on the monotonic clock of this silo.</summary>
internal sealed record Arrival(Luggage Luggage, TimeSpan At)
{
    public Luggage After(TimeSpan now) => Luggage.After(now - At);
}
