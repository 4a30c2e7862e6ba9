using Microsoft.Extensions.Options;
using Rollcall.Devices;
using Rollcall.Journal;

namespace Rollcall.Fleet;

/// <summary>Creates devices through the journal, in one flush with other changes of this silo.</summary>
internal sealed class DeviceCreator(IJournal journal, IOptions<JournalOptions> options, TimeProvider clock)
{
    /// <summary>Shorter than a caller of the grain waits, even after one flush that timed out.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Creates a device. When a flush ends without an answer, the device may be created or not, and a retry could conflict with itself. So the
    /// same change is appended again: by the revision, the store recognizes its own row.
    /// </summary>
    /// <returns>
    /// <see cref="Refusal.Conflict"/>: the id is taken. <see cref="Refusal.Unavailable"/>: it may be created or not; the caller may
    /// retry.
    /// </returns>
    public async Task<Refusal> CreateAsync(DeviceRow row)
    {
        var change = Change.Creation(row);
        var result = await journal.Append(change);
        if (result == AppendResult.Unknown)
        {
            result = await RetryAsync(change);
        }

        return result == AppendResult.Fenced ? Refusal.Conflict : result.ToRefusal();
    }

    /// <summary>Retries while the store is away, no longer than a caller waits.</summary>
    private async Task<AppendResult> RetryAsync(Change change)
    {
        var began = clock.GetTimestamp();
        AppendResult result;
        do
        {
            await Task.Delay(options.Value.ProbePeriod, clock);
            result = await journal.Append(change);
        }
        while (result is AppendResult.Unavailable or AppendResult.Unknown && clock.GetElapsedTime(began) < Longest);

        return result;
    }
}
