using Rollcall.Clocks;
using Rollcall.Journal;

namespace Rollcall.Devices.Turn;

/// <content>How the turn gets its row: loaded, rehydrated on another silo, read again in doubt.</content>
internal sealed partial class TwinTurn
{
    /// <summary>Loads the row when there is none yet. A missing device may be created at any time, so each call asks again.</summary>
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
            // Not at once: calls in the queue would be forwarded from one short activation to the next until they fail.
            _alarm.RetrySoon();
            return Refusal.NotFound;
        }

        return Refusal.None;
    }

    /// <summary>
    /// What a change needs: the row is loaded, there is no doubt, and the use of a session is stored. Nothing is decided on a guess.
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

    /// <summary>The same for a call of a customer, for whom other customers' devices do not exist.</summary>
    public async ValueTask<Refusal> ReadyFor(string customerId) =>
        await Ready() is not Refusal.None and var unready ? unready
        : Row.CustomerId == customerId ? Refusal.None : Refusal.NotFound;

    /// <summary>
    /// Reads the row again. If the write had happened, it is not decided twice; if not, the same seq is used again, because nobody has
    /// seen it. Stays in doubt while the row cannot be read.
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

            // Another twin may have written a row with the same revision: what is kept beside the row is read again.
            _facets.Doubted();
        }
        else if (row.Revision != Row.Revision)
        {
            _facets.Overtaken(row);
            Stored = row;
            GiveWay();
        }
    }

    /// <summary>What another silo has to know. Null: nothing is known here but the row.</summary>
    public MigrationState? Dehydrate()
    {
        var now = ClockReading.MonotonicNow(services.Clock);

        // The twin moves on before the row was read: what was handed over is handed on.
        return Stored is not null ? _facets.Dehydrate(now) : _rehydrated?.After(now);
    }

    /// <summary>Called before the row is read on this silo.</summary>
    public void Rehydrate(MigrationState state) => _rehydrated = new RehydratedState(state, ClockReading.MonotonicNow(services.Clock));

    /// <summary>The twin has left this silo.</summary>
    public void Gone() => _facets.Leaving();

    private void Adopt(DeviceRow row)
    {
        var rehydrated = _rehydrated;
        _rehydrated = null;
        Stored = row;
        _facets.Loaded(row, rehydrated);
        _alarm.Reset();
        Arm();
    }

    private async ValueTask<Refusal> BringUpToDate()
    {
        var row = _facets.BringUpToDate(Row);
        return ReferenceEquals(row, Row) ? Refusal.None : (await Append(new Draft(row))).ToRefusal();
    }
}
