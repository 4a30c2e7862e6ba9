using Rollcall.Feed;
using Rollcall.Journal;

namespace Rollcall.Devices;

/// <content>Loading the row, and what to do when nobody knows whether a write happened.</content>
internal sealed partial class DeviceTwin
{
    /// <summary>A change of which nobody knows whether it was written.</summary>
    private sealed record Doubt(Change Change, Beat? Beat, CommandChange? Commands, LinkEnd Why);

    /// <summary>Loads the row when there is none yet. A device that has no row may be created at any time, so that is asked again.</summary>
    private async ValueTask<Refusal> Known()
    {
        if (_stored is not null)
        {
            return Refusal.None;
        }

        var life = _life;
        try
        {
            var row = await services.Rows.Read(deviceId);
            if (_stored is null && row is not null && life == _life)
            {
                Adopt(row);
            }
        }
        catch (StoreUnavailableException)
        {
            return Refusal.Unavailable;
        }

        if (_stored is null)
        {
            // Not at once: calls already queued would be sent after it, from one short life to the next, until they fail.
            host.WakeAfter(Retry);
            return Refusal.NotFound;
        }

        return Refusal.None;
    }

    /// <summary>
    /// What happened before this moment was not heard here, so silence counts from now; unless it was heard elsewhere and brought along.
    /// </summary>
    private void Adopt(DeviceRow row)
    {
        _stored = row;
        _heard = _brought ?? Heard.Nothing(deafUntil: Instant.MonotonicNow(services.Clock));
        _brought = null;
        EndLinks(row.Session, LinkEnd.Superseded);
        KeepQueue(null);
        BeginPushing(greeted: _heard.OpenLink is not null);
        (_suspect, _borne) = (null, 0);
        if (_attended)
        {
            services.Links.Add(deviceId, this);
        }

        services.Ignored.Set(deviceId, this, _heard.Ignored);
        _armedFor = null;
        Arm();
    }

    /// <summary>
    /// Reads the row again. If the write had happened it is not decided twice; if not, the same seq is used again: nobody
    /// saw it. Stays in doubt while the row cannot be read.
    /// </summary>
    private async ValueTask ResolveDoubt()
    {
        if (_doubt is not { } doubt)
        {
            return;
        }

        try
        {
            var happened = Settle(doubt, await services.Rows.Read(deviceId));
            _doubt = null;
            if (happened is not null)
            {
                await Tell(happened);
            }
        }
        catch (StoreUnavailableException)
        {
        }
    }

    /// <returns>What is to be told of commands.</returns>
    private CommandChange? Settle(Doubt doubt, DeviceRow? row)
    {
        KeepQueue(null);
        if (row is null)
        {
            Forget();
        }
        else if (row.Revision == doubt.Change.Next?.Revision)
        {
            _heard = _heard.Settled(doubt.Beat);
            Become(doubt.Change with { Next = row }, row, doubt.Why);
            return doubt.Commands;
        }
        else if (row.Revision != _stored!.Revision)
        {
            // Somebody else's write: what was heard here is heard there.
            EndLinks(row.Session, LinkEnd.Superseded);
            _heard = _heard with { Unpromised = null, UsedNext = null, LinkLostAt = null };
            _stored = row;
            IsFenced = true;
            host.Leave();
        }

        return null;
    }

    private void Forget()
    {
        EndLinks(null, LinkEnd.Revoked);
        if (_stored is { } gone)
        {
            services.Stored(Change.Removal(gone));
            services.Feed.Publish(FeedItem.Removal(gone.CustomerId, deviceId, gone.Life));
        }

        _stored = null;
        _heard = Heard.Nothing(TimeSpan.Zero);
        services.Ignored.Set(deviceId, this, null);
        _armedFor = null;
        _warm = null;
        KeepQueue(null);
        _waiters = null;
        _reminded = false;
        _life++;
        host.NeverWake();
        host.Leave();
    }

    /// <summary>A write of ours is confirmed: it is shown from now on.</summary>
    private void Become(Change change, DeviceRow row, LinkEnd why)
    {
        var was = _stored;
        var cut = Outlive(row.Session, why);
        _stored = row;
        services.Stored(change);
        if (services.Feed.IsWatched(row.CustomerId))
        {
            var what = was?.Presence.Seq == row.Presence.Seq && !cut ? FeedChange.Beat : FeedChange.Presence;
            Publish(what | (was is not null && ReferenceEquals(was.Profile, row.Profile) ? FeedChange.Beat : FeedChange.Profile));
        }
    }

    /// <summary>Tells who watches, in this turn and only of what is stored. Nobody watches: a look into a dictionary.</summary>
    private void Publish(FeedChange what)
    {
        if (_stored is { } now && services.Feed.IsWatched(now.CustomerId))
        {
            services.Feed.Publish(new FeedItem(now.CustomerId, deviceId, now.ToVersion(Connected, _heard.Ignored), what));
        }
    }
}
