namespace Rollcall.Postgres;

/// <summary>
/// Where this process counts devices, beside others. Two that drew the same slot wait for each other's commits now and then;
/// the sums are right all the same.
/// </summary>
internal sealed class CountSlot
{
    private const int Slots = 32;

    public short Number { get; } = (short)Random.Shared.Next(Slots);
}
