namespace Rollcall.Facts;

/// <summary>Writes to the grain storage. A state that has facts is written by these alone, so that no fact is stored twice.</summary>
internal static class StateWrites
{
    /// <summary>
    /// Writes the state and its facts. After a failure it is unknown what is stored: the grain deactivates, and its next activation reads it.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It failed; a provider's own exception cannot be sent to a gateway.</exception>
    public static async Task Write<T>(this IPersistentState<T> state, T next, Action leave) where T : StateWithFacts
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

        state.State = (T)next.WithoutFacts();
    }
}
