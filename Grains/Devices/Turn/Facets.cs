using System.Collections.Immutable;
using Rollcall.Clocks;
using Rollcall.Feed;
using Rollcall.Journal;

namespace Rollcall.Devices.Turn;

/// <summary>The facets of a twin, in the order in which they are called.</summary>
internal readonly struct Facets(params ImmutableArray<Facet> all)
{
    private readonly ImmutableArray<Facet> _all = all;

    public bool AnyIsWaiting => _all.Any(facet => facet.IsWaiting);

    /// <summary>One that ticks for all facets that need one; null: none does.</summary>
    public ReminderPlan? ReminderFor(Change change)
    {
        ReminderPlan? plan = null;
        foreach (var facet in _all)
        {
            plan = facet.ReminderFor(change) is { } one ? plan?.And(one) ?? one : plan;
        }

        return plan;
    }

    /// <summary>Null: some facet that is waiting needs the ticks as they are.</summary>
    public ReminderPlan? NextReminder(ClockReading now)
    {
        ReminderPlan? plan = null;
        foreach (var facet in _all)
        {
            if (facet.IsWaiting)
            {
                if (facet.NextReminder(now) is not { } one)
                {
                    return null;
                }

                plan = plan?.And(one) ?? one;
            }
        }

        return plan;
    }

    public void Loaded(DeviceRow row, RehydratedState? rehydrated)
    {
        foreach (var facet in _all)
        {
            facet.Loaded(row, rehydrated);
        }
    }

    public DeviceRow BringUpToDate(DeviceRow row)
    {
        foreach (var facet in _all)
        {
            row = facet.BringUpToDate(row);
        }

        return row;
    }

    public FeedChange Stored(Change change, in Draft draft)
    {
        var what = FeedChange.Beat;
        foreach (var facet in _all)
        {
            what |= facet.Stored(change, draft);
        }

        return what;
    }

    public void Refused(in Draft draft)
    {
        foreach (var facet in _all)
        {
            facet.Refused(draft);
        }
    }

    public void Doubted()
    {
        foreach (var facet in _all)
        {
            facet.Doubted();
        }
    }

    public void Overtaken(DeviceRow row)
    {
        foreach (var facet in _all)
        {
            facet.Overtaken(row);
        }
    }

    public void Removed()
    {
        foreach (var facet in _all)
        {
            facet.Removed();
        }
    }

    public void Leaving()
    {
        foreach (var facet in _all)
        {
            facet.Leaving();
        }
    }

    public MigrationState Dehydrate(TimeSpan now)
    {
        var state = MigrationState.Empty;
        foreach (var facet in _all)
        {
            state = facet.Dehydrate(state, now);
        }

        return state;
    }

    /// <summary>The least of all deadlines.</summary>
    public TimeSpan? Deadline(ClockReading now)
    {
        TimeSpan? least = null;
        foreach (var facet in _all)
        {
            least = facet.Deadline(now) is { } deadline && !(least <= deadline) ? deadline : least;
        }

        return least;
    }

    public async ValueTask Due(TwinTurn turn)
    {
        foreach (var facet in _all)
        {
            if (turn.Stored is not null)
            {
                await facet.Due();
            }
        }
    }
}
