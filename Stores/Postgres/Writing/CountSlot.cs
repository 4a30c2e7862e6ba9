namespace Rollcall.Postgres.Writing;

/// <summary>
/// The slot in which this process counts devices. Two processes with the same slot wait for each other's commits now and then; the sums are
/// right all the same.
/// </summary>
internal sealed class CountSlot
{
    private const int Slots = 32;

    public short Number { get; } = (short)Random.Shared.Next(Slots);
}
