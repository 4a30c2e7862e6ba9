using System.Collections.Concurrent;

namespace Rollcall.Commands;

/// <summary>
/// Bytes of parameters that the open commands of each customer have at this silo, by what its twins have loaded. A twin with open
/// commands stays loaded, so that is all of them, some moments after a start. Bounded by the customers with open commands.
/// </summary>
internal sealed class CustomerCommands
{
    private readonly ConcurrentDictionary<string, long> _bytes = new();

    public long BytesOf(string customerId) => _bytes.GetValueOrDefault(customerId);

    /// <summary>A twin has so many more, or fewer.</summary>
    public void Add(string customerId, long bytes)
    {
        if (bytes != 0 && _bytes.AddOrUpdate(customerId, static (_, more) => more, static (_, taken, more) => taken + more, bytes) == 0)
        {
            _bytes.TryRemove(new KeyValuePair<string, long>(customerId, 0));
        }
    }
}
