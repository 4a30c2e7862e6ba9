using Microsoft.Extensions.Options;
using Rollcall.Devices;
using Rollcall.Journal;

namespace Rollcall.Fleet;

/// <summary>Makes devices by the journal: with the flush that carries what else this silo stores at the moment.</summary>
internal sealed class DeviceCreator(IJournal journal, IOptions<JournalOptions> options, TimeProvider clock)
{
    /// <summary>Within the time that a caller of the grain waits, after one flush that took all its own.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Made or not, when a flush ended without an answer, and who would be told of a conflict with a device of its own: the same change again finds
    /// its own by its revision.
    /// </summary>
    /// <returns>
    /// <see cref="Refusal.Conflict"/>: the id is taken. <see cref="Refusal.Unavailable"/>: it may be made, or not; the same may be asked
    /// again.
    /// </returns>
    public async Task<Refusal> CreateAsync(DeviceRow row)
    {
        var change = Change.Creation(row);
        var outcome = await journal.Append(change);
        if (outcome == AppendResult.Unknown)
        {
            outcome = await AskAgain(change);
        }

        return outcome == AppendResult.Fenced ? Refusal.Conflict : outcome.ToRefusal();
    }

    /// <summary>While the store is away, and for no longer than a caller waits.</summary>
    private async Task<AppendResult> AskAgain(Change change)
    {
        var began = clock.GetTimestamp();
        AppendResult outcome;
        do
        {
            await Task.Delay(options.Value.ProbePeriod, clock);
            outcome = await journal.Append(change);
        }
        while (outcome is AppendResult.Unavailable or AppendResult.Unknown && clock.GetElapsedTime(began) < Longest);

        return outcome;
    }
}
