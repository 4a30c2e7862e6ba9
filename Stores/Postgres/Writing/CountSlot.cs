namespace Rollcall.Postgres.Writing;

/// <summary>
/// The slot in which this process counts devices. Two processes with the same slot wait for each other's commits now and then; the sums are
/// right all the same.
/// </summary>
internal sealed class CountSlot
{
    private const int Slots = 32;

    /// <summary>The slot of corrections, in which no flush counts: so neither waits for the other, nor can both deadlock.</summary>
    public const short OfCorrections = Slots;

    public short Number { get; } = (short)Random.Shared.Next(Slots);
}
