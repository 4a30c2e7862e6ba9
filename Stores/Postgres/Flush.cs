using Npgsql;
using Rollcall.Journal;

namespace Rollcall.Postgres;

/// <summary>The records of one transaction, and which of them it stored. Sent as one batch, whose transaction ends with it: one way there and back.</summary>
internal sealed class Flush(IReadOnlyList<JournalRecord> records, DateTimeOffset now, short slot)
{
    private readonly List<int[]> _places = [];
    private readonly bool _marks = records.Any(record => record.Change is not null);

    /// <param name="batch">Takes the statements; belongs to a connection.</param>
    public NpgsqlBatch Into(NpgsqlBatch batch)
    {
        if (_marks)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(EventHorizon.Mark));
        }

        _places.Clear();
        foreach (var (statement, belongs) in Kinds)
        {
            // By key, so that two flushes that meet wait for each other in one direction only.
            var places = Enumerable.Range(0, records.Count).Where(place => belongs(records[place]))
                .OrderBy(place => records[place].DeviceId, StringComparer.Ordinal).ToArray();
            if (places.Length > 0)
            {
                _places.Add(places);
                batch.BatchCommands.Add(statement.For(Array.ConvertAll(places, place => records[place]), now, slot));
            }
        }

        return batch;
    }

    /// <summary>Sends the batch and reads to its end, which is where the server says that it is committed.</summary>
    public async Task<bool[]> ExecuteAsync(NpgsqlBatch batch)
    {
        var stored = new bool[records.Count];
        await using var reader = await batch.FirstAnswerAsync(CancellationToken.None);
        if (_marks)
        {
            await reader.NextResultAsync(CancellationToken.None);
        }

        foreach (var places in _places)
        {
            while (await reader.ReadAsync(CancellationToken.None))
            {
                stored[places[reader.GetInt64(0) - 1]] = true;
            }

            await reader.NextResultAsync(CancellationToken.None);
        }

        return stored;
    }

    private static readonly (FlushStatement, Func<JournalRecord, bool>)[] Kinds =
    [
        (FlushStatement.Beat, record => record.Next is not null && !record.ProfileChanged && record.Commands.Count == 0 && !Changes(record)),
        (FlushStatement.Change, record => record.Next is not null && !record.ProfileChanged && record.Commands.Count == 0 && Changes(record)),
        (FlushStatement.Commands, record => record.Commands.Count > 0),
        (FlushStatement.Profile, record => record.ProfileChanged),
        (FlushStatement.Remove, record => record.Next is null),
    ];

    private static bool Changes(JournalRecord record) => record.Change is not null || record.Next!.Session != record.Base.Session;
}
