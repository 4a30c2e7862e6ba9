using Rollcall.Journal;

namespace Rollcall.Devices;

/// <content>How the turn comes to know the row: loaded, brought from another silo, read again in doubt.</content>
internal sealed partial class TwinTurn
{
    /// <summary>Loads the row when there is none yet. A device that has no row may be created at any time, so that is asked again.</summary>
    public async ValueTask<Refusal> Load()
    {
        if (Stored is not null)
        {
            return Refusal.None;
        }

        var life = _life;
        try
        {
            var row = await services.Rows.Read(deviceId);
            if (Stored is null && row is not null && life == _life)
            {
                Adopt(row);
            }
        }
        catch (StoreUnavailableException)
        {
            return Refusal.Unavailable;
        }

        if (Stored is null)
        {
            // Not at once: calls already queued would be sent after it, from one short life to the next, until they fail.
            _alarm.RetrySoon();
            return Refusal.NotFound;
        }

        return Refusal.None;
    }

    /// <summary>
    /// Loaded, without doubt, and every use of a session stored, as a change needs it: what is decided on a guess cannot be answered for.
    /// </summary>
    public async ValueTask<Refusal> Ready()
    {
        if (await Load() is not Refusal.None and var unknown)
        {
            return unknown;
        }

        await ResolveDoubt();
        return IsInDoubt ? Refusal.Unavailable : Stored is null ? Refusal.NotFound : await BringUpToDate();
    }

    /// <summary>The same for a call on behalf of a customer, to whom other customers' devices are not there.</summary>
    public async ValueTask<Refusal> ReadyFor(string customerId) =>
        await Ready() is not Refusal.None and var unready ? unready
        : Row.CustomerId == customerId ? Refusal.None : Refusal.NotFound;

    /// <summary>
    /// Reads the row again. If the write had happened it is not decided twice; if not, the same seq is used again: nobody
    /// saw it. Stays in doubt while the row cannot be read.
    /// </summary>
    public async ValueTask ResolveDoubt()
    {
        if (_doubt is not { } doubt)
        {
            return;
        }

        DeviceRow? row;
        try
        {
            row = await services.Rows.Read(deviceId);
        }
        catch (StoreUnavailableException)
        {
            return;
        }

        _doubt = null;
        if (row is null)
        {
            Forget();
        }
        else if (row.Revision == doubt.Change.Next?.Revision)
        {
            await Commit(doubt.Change with { Next = row }, doubt.Draft);

            // Another twin may have written a row of this very revision: what is kept beside the row is read again.
            _facets.Doubted();
        }
        else if (row.Revision != Row.Revision)
        {
            _facets.Overtaken(row);
            Stored = row;
            GiveWay();
        }
    }

    /// <summary>What goes along to another silo. Null: nothing is known here that the row does not say.</summary>
    public MigrationState? Dehydrate()
    {
        var now = ClockReading.MonotonicNow(services.Clock);

        // On from here before the row was read: what was brought is brought on.
        return Stored is not null ? _facets.Dehydrate(now) : _rehydrated?.After(now);
    }

    /// <summary>Comes before the row is read here.</summary>
    public void Rehydrate(MigrationState state) => _rehydrated = new RehydratedState(state, ClockReading.MonotonicNow(services.Clock));

    /// <summary>The twin is not here any more.</summary>
    public void Gone() => _facets.Leaving();

    private void Adopt(DeviceRow row)
    {
        var arrival = _rehydrated;
        _rehydrated = null;
        Stored = row;
        _facets.Loaded(row, arrival);
        _alarm.Reset();
        Arm();
    }

    private async ValueTask<Refusal> BringUpToDate()
    {
        var row = _facets.BringUpToDate(Row);
        return ReferenceEquals(row, Row) ? Refusal.None : (await Append(new Draft(row))).ToRefusal();
    }
}
