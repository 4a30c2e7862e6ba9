using Npgsql;
using Rollcall.Journal;
using Rollcall.Postgres.Connections;
using Rollcall.Schema;

namespace Rollcall.Postgres.Writing;

/// <summary>
/// The changes of one transaction, and which of them were stored. Sent as one batch that ends with the transaction: one round trip.
/// </summary>
internal sealed class Flush(IReadOnlyList<Change> changes, DateTimeOffset now, short slot)
{
    private readonly (FlushStatement Statement, int[] Places)[] _groups = Groups(changes);
    private readonly bool _marks = changes.Any(
        change => change.Events.Any(what => EventTables.All.Any(table => table.IsNumbered && table.Takes(what))));

    /// <param name="batch">Receives the statements; belongs to a connection.</param>
    public NpgsqlBatch Into(NpgsqlBatch batch)
    {
        if (_marks)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(LogHighWatermark.Mark));
        }

        foreach (var (statement, places) in _groups)
        {
            statement.Into(batch, Array.ConvertAll(places, place => changes[place]), now, slot);
        }

        return batch;
    }

    /// <summary>Sends the batch and reads to its end, where the server confirms the commit.</summary>
    public async Task<bool[]> ExecuteAsync(NpgsqlBatch batch)
    {
        var stored = new bool[changes.Count];
        await using var reader = await batch.FirstAnswerAsync(CancellationToken.None);
        if (_marks)
        {
            await reader.NextResultAsync(CancellationToken.None);
        }

        foreach (var (_, places) in _groups)
        {
            while (await reader.ReadAsync(CancellationToken.None))
            {
                stored[places[reader.GetInt64(0) - 1]] = true;
            }

            await reader.NextResultAsync(CancellationToken.None);
        }

        return stored;
    }

    /// <summary>
    /// One statement for each shape, in the same order in every flush, and sorted by key. So two flushes cannot deadlock.
    /// </summary>
    private static (FlushStatement, int[])[] Groups(IReadOnlyList<Change> changes)
    {
        const int Creation = -1, Removal = int.MaxValue;
        var groups = new SortedDictionary<int, List<int>>();
        for (var place = 0; place < changes.Count; place++)
        {
            var change = changes[place];
            var key = change switch
            {
                { Base: null } => Creation,
                { Next: null } => Removal,
                { Base: var was, Next: var next } => ChangeShape.Of(was, next, change).Bits,
            };
            if (!groups.TryGetValue(key, out var group))
            {
                groups[key] = group = [];
            }

            group.Add(place);
        }

        return
        [
            .. groups.Select(group =>
            {
                group.Value.Sort((one, other) => string.CompareOrdinal(changes[one].DeviceId, changes[other].DeviceId));
                FlushStatement statement = group.Key switch
                {
                    Creation => CreateStatement.Instance,
                    Removal => RemoveStatement.Instance,
                    var bits => UpdateStatement.Of(new ChangeShape(bits)),
                };
                return (statement, group.Value.ToArray());
            }),
        ];
    }
}
