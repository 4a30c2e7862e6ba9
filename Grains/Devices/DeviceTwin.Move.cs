namespace Rollcall.Devices;

/// <summary>A planned move to another silo: what was heard goes along, so that no deadline moves and no heard beat is forgotten.</summary>
internal sealed partial class DeviceTwin
{
    private Heard? _brought;
    private TimeSpan _heardElsewhereUntil = TimeSpan.MinValue;

    /// <summary>It came from another silo and nobody may ever call it here: it must be woken.</summary>
    public bool HasMoved => _brought is not null;

    /// <summary>What goes along. Null: nothing is known here that the row does not say.</summary>
    public Luggage? Pack()
    {
        var now = Instant.MonotonicNow(services.Clock);
        if (_stored is null)
        {
            // On from here before the row was read: what was brought is brought on.
            return _brought is { } brought ? Luggage.Of(brought, now) : null;
        }

        NoteDeafness();
        return Luggage.Of(_heard, now);
    }

    /// <summary>It is not here any more.</summary>
    public void Gone()
    {
        services.Links.Remove(deviceId, this);
        services.Ignored.Set(deviceId, this, null);
        KeepQueue(null);
    }

    /// <summary>Comes before the row is read here.</summary>
    public void Unpack(Luggage luggage)
    {
        _heardElsewhereUntil = Instant.MonotonicNow(services.Clock);
        _brought = luggage.At(_heardElsewhereUntil);
    }
}

/// <summary><see cref="Heard"/> for another process, whose monotonic clock has another zero: ages instead of times.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.luggage")]
internal sealed record Luggage(
    [property: Id(0)] TimeSpan? SilentFor,
    [property: Id(1)] TimeSpan HearingFor,
    [property: Id(2)] Beat? Unpromised,
    [property: Id(3)] Link? OpenLink,
    [property: Id(4)] TimeSpan? LinkLostFor,
    [property: Id(5)] string? Gateway,
    [property: Id(6)] string? UsedNext = null,
    [property: Id(7)] Link? Beside = null,
    [property: Id(8)] IReadOnlyList<string>? Ignored = null)
{
    public static Luggage Of(Heard heard, TimeSpan now) => new(
        now - heard.LastSign, now - heard.DeafUntil, heard.Unpromised, heard.OpenLink, now - heard.LinkLostAt, heard.Gateway, heard.UsedNext,
        heard.Beside, heard.Ignored);

    public Heard At(TimeSpan now) =>
        new(now - SilentFor, now - HearingFor, Unpromised, OpenLink, now - LinkLostFor, Gateway, Ignored) { UsedNext = UsedNext, Beside = Beside };
}
