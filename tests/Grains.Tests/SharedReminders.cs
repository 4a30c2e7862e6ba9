using System.Collections.Concurrent;

namespace Rollcall;

/// <summary>Reminders that outlive every silo of a test. (The in-memory table of Orleans is itself a grain and dies with its silo.)</summary>
internal sealed class SharedReminders : IReminderTable
{
    private readonly ConcurrentDictionary<(GrainId, string), ReminderEntry> _rows = new();
    private int _versions;
    private int _looking;
    private int _most;

    /// <summary>How often a reminder was set.</summary>
    public int Registrations => Volatile.Read(ref _versions);

    /// <summary>Setting one fails.</summary>
    public bool Broken { get; set; }

    /// <summary>Looking one up takes as long as this.</summary>
    public Task Slow { get; set; } = Task.CompletedTask;

    /// <summary>How many look one up at this moment.</summary>
    public int Looking => Volatile.Read(ref _looking);

    /// <summary>How many have at most.</summary>
    public int MostLooking => Volatile.Read(ref _most);

    public bool Has(IAddressable grain) => _rows.Keys.Any(key => key.Item1 == grain.GetGrainId());

    public Task<ReminderTableData> ReadRows(GrainId grainId) => Rows(row => row.GrainId == grainId);

    public Task<ReminderTableData> ReadRows(uint begin, uint end) => Rows(row =>
        row.GrainId.GetUniformHashCode() is var hash && (begin < end ? hash > begin && hash <= end : hash > begin || hash <= end));

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        var looking = Interlocked.Increment(ref _looking);
        for (var most = _most; looking > most && Interlocked.CompareExchange(ref _most, looking, most) != most; most = _most)
        {
        }

        await Slow;
        Interlocked.Decrement(ref _looking);
        return _rows.GetValueOrDefault((grainId, reminderName));
    }

    public Task<string?> UpsertRow(ReminderEntry entry)
    {
        if (Broken)
        {
            throw new IOException("planted");
        }

        entry.ETag = $"{Interlocked.Increment(ref _versions)}";
        _rows[(entry.GrainId, entry.ReminderName)] = entry;
        return Task.FromResult<string?>(entry.ETag);
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => Task.FromResult(
        _rows.TryGetValue((grainId, reminderName), out var row) && row.ETag == eTag && _rows.TryRemove((grainId, reminderName), out _));

    public Task TestOnlyClearTable()
    {
        _rows.Clear();
        return Task.CompletedTask;
    }

    private Task<ReminderTableData> Rows(Func<ReminderEntry, bool> which) => Task.FromResult(new ReminderTableData([.. _rows.Values.Where(which)]));
}
