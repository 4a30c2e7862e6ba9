namespace Rollcall;

/// <summary>The grain storage of what is written rarely. Its calls block and write one row at a time: nothing on a beat's way may use it.</summary>
public static class GrainStorageNames
{
    /// <summary>The storage's name; the host registers one under it.</summary>
    public const string Storage = "rarely-written";

    /// <summary>Name of an enrolment key's state.</summary>
    public const string EnrolmentKey = "enrolment-key";

    /// <summary>Name of a customer's state.</summary>
    public const string Customer = "customer";
}

/// <summary>Writes what is written rarely.</summary>
internal static class GrainStateWrites
{
    /// <summary>After a failure nobody knows what is stored: the grain leaves, and its next activation reads it.</summary>
    /// <exception cref="StoreUnavailableException">It failed; what the provider threw could not cross to a gateway.</exception>
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
