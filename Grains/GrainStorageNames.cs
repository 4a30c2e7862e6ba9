namespace Rollcall;

/// <summary>Names of the grain storage for rare writes. Its calls block and write one row at a time: no heartbeat may use it.</summary>
public static class GrainStorageNames
{
    /// <summary>The storage's name; the host registers one under it.</summary>
    public const string Storage = "rarely-written";

    /// <summary>Name of an enrolment key's state.</summary>
    public const string EnrolmentKey = "enrolment-key";

    /// <summary>Name of a customer's state.</summary>
    public const string Customer = "customer";
}

/// <summary>Writes to the grain storage.</summary>
internal static class GrainStateWrites
{
    /// <summary>After a failure it is unknown what is stored: the grain deactivates, and its next activation reads it.</summary>
    /// <exception cref="StoreUnavailableException">It failed; a provider's own exception cannot be sent to a gateway.</exception>
    public static async Task Write<T>(this IPersistentState<T> state, T next, Action leave)
    {
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception failed)
        {
            leave();
            throw new StoreUnavailableException($"The state could not be written ({failed.GetType().Name}).");
        }
    }
}
