using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Devices.Profiles;
using Rollcall.Devices.Sessions;
using Rollcall.Fleet;
using Rollcall.Journal;
using Rollcall.Secrets;

namespace Rollcall.Administration.Importing;

/// <summary>
/// Imports devices of a file into a store, some at a time: each batch is compared with what exists, and written in one transaction. Equal
/// devices stay, so an import that was interrupted can simply be repeated.
/// </summary>
/// <param name="cluster">Serves the store meanwhile: twins make the changes, and watchers are notified. Null: no cluster runs.</param>
/// <param name="update">Changes devices that differ; else those are refused.</param>
public sealed class DeviceImport(ImportStore store, IServingCluster? cluster, string customerId, bool update, TimeProvider clock)
{
    /// <summary>Rows in a batch: the write takes tenths of a second, and no heartbeat waits for its rows.</summary>
    public const int Batch = 1_000;

    /// <summary>Changes at a time, each a call to a twin.</summary>
    private const int Width = 16;
    private const int Tries = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>The shortest heartbeat timeout that a device may have, in milliseconds.</summary>
    public int LeastTimeout { get; init; } = HeartbeatBounds.LeastTimeout;

    /// <summary>How long the slow hash of a chosen secret takes here.</summary>
    public static TimeSpan SlowHash(int cost, TimeProvider clock)
    {
        var began = clock.GetTimestamp();
        SecretScheme.HashChosen("correct horse", cost);
        return clock.GetElapsedTime(began);
    }

    /// <summary>Compares up to <see cref="Batch"/> rows, and writes them unless it is a dry run.</summary>
    /// <returns>Why rows cannot be imported, and which exist and are equal.</returns>
    /// <exception cref="StoreUnavailableException">The store went away; the batch was not written, or not announced.</exception>
    public async Task<(IReadOnlyList<ImportFault> Faults, IReadOnlyList<int> Unchanged)> TakeAsync(
        IReadOnlyList<ImportRow> rows, ImportTally tally, bool write, CancellationToken cancellation)
    {
        var faults = rows.Where(row => row.HeartbeatTimeout?.Value < LeastTimeout)
            .Select(row => new ImportFault(row.Number, $"heartbeatTimeout must be at least {LeastTimeout} in a cluster")).ToList();
        var unchanged = new List<int>();
        rows = [.. rows.Where(row => !(row.HeartbeatTimeout?.Value < LeastTimeout))];
        var there = (await store.Devices.ReadAsync([.. rows.Select(row => row.DeviceId)], cancellation)).ToDictionary(device => device.DeviceId);
        var fresh = rows.Where(row => !there.ContainsKey(row.DeviceId)).ToArray();
        faults.AddRange(fresh.Where(row => row is { Secret: null, Hash: null })
            .Select(row => new ImportFault(row.Number, $"{row.DeviceId} is new and has neither secret nor hash")));
        fresh = [.. fresh.Where(row => row is not { Secret: null, Hash: null })];
        var changes = Compare([.. rows.Where(row => there.ContainsKey(row.DeviceId)).Select(row => (row, there[row.DeviceId]))], tally,
            faults, unchanged);
        if (write)
        {
            faults.AddRange(await CreateAsync(fresh, cancellation));
            faults.AddRange(await AmendAsync(changes, cancellation));
        }

        var refused = faults.Select(fault => fault.Number).ToHashSet();
        tally.Refused += refused.Count;
        tally.New += fresh.Count(row => !refused.Contains(row.Number));
        tally.Changed += changes.Count(change => !refused.Contains(change.Row.Number));
        tally.Chosen += fresh.Concat(changes.Where(change => change.Amendment.Credential is not null).Select(change => change.Row))
            .Count(row => row.Secret is { } secret && !refused.Contains(row.Number) && !SecretScheme.IsStrong(secret));
        return (faults, unchanged);
    }

    private List<(ImportRow Row, DeviceRow Device, Amendment Amendment)> Compare(
        (ImportRow Row, DeviceRow Device)[] known, ImportTally tally, List<ImportFault> faults, List<int> unchanged)
    {
        // Stored forms that are slow take tenths of a second each: on all cores.
        var compared = known.AsParallel().AsOrdered()
            .Select(one => (one.Row, one.Device, Result: one.Device.CustomerId == customerId ? Comparison.Of(one.Row, one.Device) : default))
            .ToArray();
        var changes = new List<(ImportRow, DeviceRow, Amendment)>();
        foreach (var (row, device, (amendment, words, replaced)) in compared)
        {
            if (device.CustomerId != customerId)
            {
                faults.Add(new ImportFault(row.Number, $"{row.DeviceId} is another customer's device"));
            }
            else if (amendment is null)
            {
                tally.Unchanged++;
                unchanged.Add(row.Number);
                tally.Replaced += replaced ? 1 : 0;
            }
            else if (update)
            {
                changes.Add((row, device, amendment));
            }
            else
            {
                faults.Add(new ImportFault(row.Number, $"{row.DeviceId} is there with another {words}: --update changes it"));
            }
        }

        return changes;
    }

    private async Task<IEnumerable<ImportFault>> CreateAsync(ImportRow[] fresh, CancellationToken cancellation)
    {
        if (fresh.Length == 0)
        {
            return [];
        }

        var now = ClockReading.WallNow(clock);
        var created = await store.Devices.WriteAsync(
            [.. fresh.Select(
                row => Change.Creation(
                    Provisioning.NewRow(row.DeviceId, customerId, now, row.Name?.Value, row.Location?.Value, Comparison.Credential(row))
                        .WithTimes(row.HeartbeatInterval?.Value, row.HeartbeatTimeout?.Value)))],
            cancellation);
        if (cluster is not null)
        {
            await cluster.AnnounceAsync(customerId, [.. fresh.Where((_, place) => created[place]).Select(row => row.DeviceId)]);
        }

        return fresh.Where((_, place) => !created[place]).Select(Meanwhile);
    }

    private async Task<IEnumerable<ImportFault>> AmendAsync(
        List<(ImportRow Row, DeviceRow Device, Amendment Amendment)> changes, CancellationToken cancellation)
    {
        if (changes.Count == 0)
        {
            return [];
        }

        if (cluster is null)
        {
            var amended = changes.Select(change =>
            {
                var (next, transition) = Amending.Of(
                    change.Device, change.Amendment, ClockReading.Now(clock), ClockReading.WallNow(clock), SessionRule.Standard, new DeviceOptions());
                return new Change(change.Device, next, transition is null ? [] : [new PresenceChanged(transition)]);
            });
            var stored = await store.Devices.WriteAsync([.. amended], cancellation);
            return changes.Where((_, place) => !stored[place]).Select(change => Meanwhile(change.Row));
        }

        var faults = new System.Collections.Concurrent.ConcurrentBag<ImportFault>();
        await Parallel.ForEachAsync(changes, new ParallelOptions { MaxDegreeOfParallelism = Width, CancellationToken = cancellation },
            async (change, stop) =>
        {
            if (await AmendAsync(cluster, change.Row.DeviceId, change.Amendment, stop) is not Refusal.None and var refusal)
            {
                faults.Add(new ImportFault(change.Row.Number, $"{change.Row.DeviceId} could not be changed ({refusal}): import the file again"));
            }
        });
        return faults;
    }

    private async Task<Refusal> AmendAsync(IServingCluster serving, string deviceId, Amendment amendment, CancellationToken cancellation)
    {
        for (var left = Tries; ; left--)
        {
            var refusal = await serving.AmendAsync(customerId, deviceId, amendment);
            if (refusal is not (Refusal.StaleActivation or Refusal.Unavailable) || left == 1)
            {
                return refusal;
            }

            await Task.Delay(Pause, clock, cancellation);
        }
    }

    private static ImportFault Meanwhile(ImportRow row) =>
        new(row.Number, $"{row.DeviceId} was changed by somebody else at this moment: import the file again");
}
