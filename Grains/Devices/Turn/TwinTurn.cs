using Rollcall.Clocks;
using Rollcall.Feed;
using Rollcall.Journal;

namespace Rollcall.Devices.Turn;

/// <summary>
/// The turn of a twin: loads the row, settles a doubt, appends, arms the timer. Only the turn owns the stored row, the doubt and the timer;
/// facets read the row, and write by <see cref="Append"/>. Calls come one at a time, except reads and checks of a secret, which interleave
/// and write nothing.
/// </summary>
internal sealed partial class TwinTurn(string deviceId, ITwinHost host, TwinServices services)
{
    private readonly TwinAlarm _alarm = new(host, services.Clock);
    private Facets _facets;
    private ITwinView? _view;
    private Doubt? _doubt;
    private RehydratedState? _rehydrated;
    private int _life;

    public string DeviceId => deviceId;

    public ITwinHost Host => host;

    public TwinServices Services => services;

    /// <summary>The row as last confirmed by the store, and the only one that is shown; null: not loaded, or there is no such device.</summary>
    public DeviceRow? Stored { get; private set; }

    /// <summary>The row, when the twin is loaded.</summary>
    public DeviceRow Row => Stored!;

    /// <summary>Another twin owns the row by now, and may have no timer: see <see cref="Recall"/>.</summary>
    public bool IsFenced { get; private set; }

    /// <summary>It is unknown whether the last change was written.</summary>
    public bool IsInDoubt => _doubt is not null;

    /// <summary>The twin came from another silo, and nobody may ever call it here: it has to wake itself.</summary>
    public bool HasMoved => _rehydrated is not null;

    public void Begin(Facets facets, ITwinView view) => (_facets, _view) = (facets, view);

    /// <summary>The device as its customer sees it.</summary>
    public DeviceReply Shown() => new(Refusal.None, _view!.Show(Row).Device, Row.Profile.ETag);

    /// <summary>Stores one change and applies the result. The turn is held meanwhile: a device has one change under way at most.</summary>
    public async ValueTask<AppendResult> Append(Draft draft)
    {
        var change = new Change(Row, draft.Next, draft.Events);
        if (_facets.ReminderFor(change) is { } plan && !await Remind(plan))
        {
            // A device without a reminder must not be stored as online.
            LookAgain();
            return AppendResult.Unavailable;
        }

        var result = await services.Journal.Append(change);
        switch (result)
        {
            case AppendResult.Stored:
                await Commit(change, draft);
                break;
            case AppendResult.Refused:
                _facets.Refused(draft);
                break;
            case AppendResult.Fenced:
                GiveWay();
                break;
            case AppendResult.Unknown:
                _doubt = new Doubt(change, draft);
                _facets.Doubted();
                break;
        }

        return result;
    }

    /// <summary>The row was changed by another twin, which has to be woken: otherwise nobody waits for the deadline.</summary>
    public void GiveWay()
    {
        IsFenced = true;
        host.Leave();
    }

    /// <summary>Leaves memory; the next call reads the row again.</summary>
    public void Leave() => host.Leave();

    /// <summary>Publishes to watchers, within the turn and only what is stored. With no watcher it costs one dictionary lookup.</summary>
    public void Publish(FeedChange what)
    {
        if (Stored is { } now && services.Feed.IsWatched(now.CustomerId))
        {
            services.Feed.Publish(new FeedItem(now.CustomerId, deviceId, _view!.Show(now), what));
        }
    }

    /// <summary>Does what is due. Deadlines may have moved since the timer was set, so everything is decided again.</summary>
    public async ValueTask Tick()
    {
        _alarm.Fired();
        switch (await Load())
        {
            case Refusal.Unavailable:
                // Nobody else may ever call: a device that sends nothing would stay online for ever.
                _alarm.RetrySoon();
                return;
            case Refusal.NotFound:
                host.Leave();
                return;
        }

        await ResolveDoubt();
        await _facets.Due(this);
        if (Stored is not null)
        {
            Arm();
        }
    }

    /// <summary>The durable reminder: loads the twin, whose timer does the rest. Removes itself when there is nothing to wait for.</summary>
    public async ValueTask ReminderTick()
    {
        await Tick();
        if (await Load() == Refusal.Unavailable || IsInDoubt)
        {
            return;
        }

        if (Stored is null || !_facets.AnyIsWaiting)
        {
            await _alarm.Unremind();
        }
        else if (_facets.NextReminder(ClockReading.Now(services.Clock)) is { } plan)
        {
            // If reminders are unavailable, this one goes on ticking as before.
            await Remind(plan);
        }
    }

    /// <inheritdoc cref="TwinAlarm.Remind"/>
    public ValueTask<bool> Remind(ReminderPlan plan) => _alarm.Remind(plan);

    /// <inheritdoc cref="TwinAlarm.LookAgain"/>
    public void LookAgain() => _alarm.LookAgain();

    public void Arm() => _alarm.Arm(_facets.Deadline(ClockReading.Now(services.Clock)));

    private ValueTask Commit(Change change, in Draft draft)
    {
        if (change.Next is not { } next)
        {
            Forget();
            return ValueTask.CompletedTask;
        }

        var what = _facets.Stored(change, draft);
        Stored = next;
        services.Stored(change);
        Publish(what);
        return draft.Then?.Follow() ?? ValueTask.CompletedTask;
    }

    private void Forget()
    {
        _facets.Removed();
        if (Stored is { } gone)
        {
            services.Stored(Change.Removal(gone));
            services.Feed.Publish(FeedItem.Removal(gone.CustomerId, deviceId, gone.Life));
        }

        Stored = null;
        _life++;
        _alarm.Stop();
        host.Leave();
    }

    /// <summary>A change that may have been written or not.</summary>
    private sealed record Doubt(Change Change, Draft Draft);
}
