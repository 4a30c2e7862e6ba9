using System.Collections.Concurrent;

namespace Rollcall.Commands;

/// <summary>
/// Bytes of parameters of each customer's open commands at this silo, summed from what its twins have loaded. A twin with open commands
/// stays loaded, so the sum is complete some moments after a start. Bounded by the customers with open commands.
/// </summary>
internal sealed class CustomerCommands
{
    private readonly ConcurrentDictionary<string, long> _bytes = new();

    public long BytesOf(string customerId) => _bytes.GetValueOrDefault(customerId);

    /// <summary>Adds a twin's difference, which may be negative.</summary>
    public void Add(string customerId, long bytes)
    {
        if (bytes != 0 && _bytes.AddOrUpdate(customerId, static (_, more) => more, static (_, used, more) => used + more, bytes) == 0)
        {
            _bytes.TryRemove(new KeyValuePair<string, long>(customerId, 0));
        }
    }
}
