using System.Globalization;
using Rollcall.Journal;
using Rollcall.Secrets;

namespace Rollcall.Administration.Importing;

/// <summary>What an import is to do.</summary>
public sealed record ImportWishes(bool DryRun, bool Update, bool SkipErrors);

/// <summary>A whole import: the complete file is checked before the first row is written.</summary>
public sealed class ImportRun(ImportFile file, DeviceImport import, ImportWishes wishes, SecretOptions secrets, TextWriter output, TimeProvider clock)
{
    /// <summary>Rows of a file at most: their ids are kept, to find one that comes twice.</summary>
    private const int MostRows = 2_000_000;
    private const int ShownFaults = 20;

    /// <summary>Writing takes about so many times as long as looking: measured with both stores.</summary>
    private const double WriteFactor = 2;
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(2);
    private readonly HashSet<int> _refused = [];
    private readonly HashSet<int> _unchanged = [];
    private int _shown;

    /// <returns>0: all is there; 1: rows were refused.</returns>
    public async Task<int> RunAsync(string customer, CancellationToken stop)
    {
        output.WriteLine($"Looks at the file for customer {customer}.");
        var began = clock.GetTimestamp();
        var looked = await PassAsync(write: false, total: null, stop);
        var took = clock.GetElapsedTime(began);
        Summarise(looked, took);
        if (wishes.DryRun)
        {
            output.WriteLine("A dry run: nothing was written.");
            return looked.Refused == 0 ? 0 : 1;
        }

        if (looked.Refused > 0 && !wishes.SkipErrors)
        {
            output.WriteLine("Nothing was written: fix the rows, or leave them out with --skip-errors.");
            return 1;
        }

        began = clock.GetTimestamp();
        var written = looked.New + looked.Changed == 0 ? new ImportTally() : await PassAsync(write: true, total: looked.New + looked.Changed, stop);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Done in {clock.GetElapsedTime(began).TotalSeconds:0.0} s: {written.New:n0} new, {written.Changed:n0} "
                + $"changed, {_unchanged.Count:n0} unchanged, {_refused.Count:n0} refused."));
        return _refused.Count == 0 ? 0 : 1;
    }

    private async Task<ImportTally> PassAsync(bool write, int? total, CancellationToken stop)
    {
        var (tally, ids, batch) = (new ImportTally(), new Dictionary<string, int>(StringComparer.Ordinal), new List<ImportRow>());
        var (began, lastLine) = (clock.GetTimestamp(), TimeSpan.Zero);
        foreach (var (row, fault) in file.Rows())
        {
            if (row is not null && write && (_refused.Contains(row.Number) || _unchanged.Contains(row.Number)))
            {
                continue;
            }

            var wrong = fault ?? (ids.TryAdd(row!.DeviceId, row.Number) ? null
                : new ImportFault(row.Number, $"{row.DeviceId} was in row {ids[row.DeviceId]} already"));
            if (wrong is not null)
            {
                tally.Refuse(Refuse(wrong) ? 1 : 0);
            }
            else
            {
                batch.Add(row!);
            }

            if (ids.Count > MostRows)
            {
                throw new SettingException("FILE", string.Create(CultureInfo.InvariantCulture, $"has more than {MostRows:n0} devices: split it."));
            }

            if (batch.Count == DeviceImport.Batch)
            {
                await TakeAsync(batch, tally, write, stop);
                Progress(tally, total, clock.GetElapsedTime(began), ref lastLine);
            }
        }

        await TakeAsync(batch, tally, write, stop);
        return tally;
    }

    private async Task TakeAsync(List<ImportRow> batch, ImportTally tally, bool write, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            var (faults, unchanged) = await import.TakeAsync(batch, tally, write, stop);
            _unchanged.UnionWith(unchanged);
            foreach (var fault in faults)
            {
                Refuse(fault);
            }
        }
        catch (Exception away) when (away is StoreUnavailableException or System.Data.Common.DbException)
        {
            throw new SettingException(
                "FILE",
                $"is imported up to row {batch[0].Number - 1}; then the store could not be reached ({away.GetType().Name}). Begin again: it goes "
                    + "on from there.");
        }

        batch.Clear();
    }

    /// <returns>False: it was refused before.</returns>
    private bool Refuse(ImportFault fault)
    {
        if (!_refused.Add(fault.Number))
        {
            return false;
        }

        if (_shown++ < ShownFaults)
        {
            output.WriteLine($"row {fault.Number}: {fault.Text}.");
        }
        else if (_shown == ShownFaults + 1)
        {
            output.WriteLine("More rows are wrong; only their number is told.");
        }

        return true;
    }

    private void Progress(ImportTally tally, int? total, TimeSpan passed, ref TimeSpan lastLine)
    {
        if (passed - lastLine < BetweenLines)
        {
            return;
        }

        lastLine = passed;
        var left = total is { } all && tally.Rows > 0
            ? string.Create(CultureInfo.InvariantCulture, $" of {all:n0}, about {Words(passed * ((double)(all - tally.Rows) / tally.Rows))} left")
            : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {tally.Rows:n0} rows{left}"));
    }

    private void Summarise(ImportTally tally, TimeSpan took)
    {
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{tally.Rows:n0} rows: {tally.New:n0} new, {tally.Changed:n0} to change, {tally.Unchanged:n0} unchanged, {tally.Refused:n0} "
                    + $"refused."));
        if (file.Unread.Any())
        {
            output.WriteLine($"Not read: {string.Join(", ", file.Unread.Take(10))}.");
        }

        if (tally.Replaced > 0)
        {
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{tally.Replaced:n0} of the unchanged have signed in or have another secret since: whether it is the file's cannot be told, "
                        + $"and it stays."));
        }

        if (tally.New + tally.Changed > 0)
        {
            output.WriteLine($"To write them takes about {Words(took * WriteFactor)}.");
        }

        if (tally.Chosen > 0)
        {
            var each = DeviceImport.SlowHash(secrets.BcryptCost, clock);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{tally.Chosen:n0} secrets have fewer than 128 bits. They work at once; a silo hashes them slowly afterwards, beside its "
                    + $"sign-ins: about {Words(each * ((double)tally.Chosen / secrets.BcryptConcurrency))}."));
        }
    }

    private static string Words(TimeSpan time) =>
        time < TimeSpan.FromSeconds(90) ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, time.TotalSeconds):0} s")
        : time < TimeSpan.FromMinutes(90) ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} h");
}
