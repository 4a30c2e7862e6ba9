namespace Rollcall.DeviceAgent.Commands;

/// <summary>
/// The commands that one device has begun: those whose result the server has not accepted yet, and the last that it has. Written by
/// its journal only, and read by its loop; both under the journal's lock.
/// </summary>
internal sealed class CommandLedger
{
    /// <summary>The server does not repeat a command whose result it has; a copy may still be on its way.</summary>
    private const int MostSettled = 1_000;
    private readonly Dictionary<string, JournalLine> _unsettled = [];
    private readonly HashSet<string> _settled = [];
    private readonly Queue<string> _order = new();

    /// <summary>Commands that are not settled, oldest first; one without a report was begun and has not ended.</summary>
    public IReadOnlyList<JournalLine> Unsettled => [.. _unsettled.Values];

    public bool Knows(string id) => _unsettled.ContainsKey(id) || _settled.Contains(id);

    public void Take(JournalLine line)
    {
        if (!line.Settled)
        {
            _unsettled[line.Id] = line;
            return;
        }

        _unsettled.Remove(line.Id);
        if (_settled.Add(line.Id))
        {
            _order.Enqueue(line.Id);
            if (_order.Count > MostSettled)
            {
                _settled.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>The fewest lines that give the same ledger.</summary>
    public IEnumerable<JournalLine> Lines(string deviceId) =>
        _order.Select(id => new JournalLine(deviceId, id, null, Settled: true)).Concat(_unsettled.Values);
}

/// <summary>One line of the journal: a command was begun; has ended, with a report; or the server has taken that.</summary>
/// <param name="Command">Its name, while it is not settled.</param>
internal sealed record JournalLine(string Device, string Id, string? Command, CommandReport? Report = null, bool Settled = false);
