using Rollcall.Feed;
using Rollcall.Journal;

namespace Rollcall.Devices;

/// <summary>
/// The device's connections. It may have two for a while: one of the session in force and one of the next, until the use of that is
/// stored; the newer one is <see cref="Open"/>, the other stands beside it.
/// </summary>
internal sealed class ConnectionsFacet(TwinTurn owner) : Facet(owner)
{
    private DeviceConnectionInfo? _beside;

    /// <summary>The link that closed last: what was said over it may come after its end.</summary>
    private string? _closed;

    /// <summary>The newest connection; null: none is open.</summary>
    public OpenConnection? Open { get; private set; }

    /// <summary>A connection is open, and the gateway that holds it is there. Also asked from beside the Turn.</summary>
    public bool Connected => Open is { } open && Services.Outages.IsAlive(open.Link.Gateway);

    public bool Knows(DeviceConnectionInfo link) => Open?.Link.ConnectionId == link.ConnectionId || _beside?.ConnectionId == link.ConnectionId;

    /// <summary>The record that stored what was said over it put the other session, which was used before, into force.</summary>
    public bool IsOver(DeviceConnectionInfo link) => !Turn.Row.Session.Has(link.Session.Id);

    /// <summary>
    /// A connection opened. It ends an older one of its session. One of the other session stays beside it: both are good until a record says
    /// otherwise.
    /// </summary>
    public void Add(DeviceConnectionInfo link)
    {
        if (Open is { Link: var open })
        {
            var older = open.Session.Id == link.Session.Id ? open : _beside;
            if (older is not null)
            {
                Host.EndConnection(older, ConnectionEnd.Superseded);
            }

            _beside = older == open ? _beside : IsThere(open) ? open : null;
        }

        Hold(link, greeted: false);
    }

    /// <summary>
    /// A frame came over this connection, so its device has been greeted: a gateway greets before it reads. A twin that was loaded anew does
    /// not know it yet; one that knows a newer one of the same session, which a gateway that is there holds, does not want it.
    /// </summary>
    public void FrameReceived(DeviceConnectionInfo link)
    {
        if (Open?.Link.ConnectionId == link.ConnectionId)
        {
            Open.IsGreeted = true;
        }
        else if (link.ConnectionId == _closed)
        {
            // What was on its way when it ended.
        }
        else if (IsOver(link))
        {
            Host.EndConnection(link, ConnectionEnd.Superseded);
        }
        else if (!Connected)
        {
            _beside = Knows(link) ? null : _beside;
            Hold(link, greeted: true);
        }
        else if (Open!.Link.Session.Id != link.Session.Id && !IsThere(_beside))
        {
            _beside = link;
        }
        else if (!Knows(link))
        {
            Host.EndConnection(link, ConnectionEnd.Superseded);
        }
    }

    /// <summary>A gateway has greeted the device at the end of this connection.</summary>
    /// <returns>Why it is over already; a twin that knows no connection leaves it to the next beat.</returns>
    public Refusal Greeted(DeviceConnectionInfo link)
    {
        if (Open?.Link.ConnectionId == link.ConnectionId)
        {
            Open.IsGreeted = true;
            return Refusal.None;
        }

        return Connected && _beside?.ConnectionId != link.ConnectionId ? Refusal.SessionSuperseded : Refusal.None;
    }

    /// <summary>A device that beats over REST may be silent over its connection. Its gateway hears of it, though not of every beat.</summary>
    public void Vouch(Session session)
    {
        var link = Open?.Link.Session.Id == session.Id ? Open.Link : _beside?.Session.Id == session.Id ? _beside : null;
        if (link is not null && Open is { } open && ClockReading.MonotonicNow(Services.Clock) is var now
            && !(now - open.VouchedAt < Services.Options.HeartbeatTimeout / 3))
        {
            open.VouchedAt = now;
            Host.Vouch(link);
        }
    }

    /// <summary>A connection is closing: its late words are known as such.</summary>
    /// <returns>It is the newest: how it ended may matter. Another one is forgotten, and a late word of an old one changes nothing.</returns>
    public bool Closing(string linkId)
    {
        _closed = linkId;
        _beside = _beside?.ConnectionId == linkId ? null : _beside;
        return Open?.Link.ConnectionId == linkId;
    }

    /// <summary>The newest connection is gone. The device may have the other one still; commands go over that with its next sign of life.</summary>
    /// <returns>No other one is left.</returns>
    public bool Drop()
    {
        if (_beside is { } beside && IsThere(beside))
        {
            (Open, _beside) = (new OpenConnection(beside) { IsGreeted = true }, null);
            return false;
        }

        Services.Connections.Remove(Turn.DeviceId, this);
        (Open, _beside) = (null, null);
        return true;
    }

    public override void Loaded(DeviceRow row, RehydratedState? arrival)
    {
        Open = arrival?.State.OpenConnection is { } open ? new OpenConnection(open) { IsGreeted = true } : null;
        _beside = arrival?.State.Beside;
        EndAll(but: row.Session, ConnectionEnd.Superseded);
        if (Open is not null)
        {
            Services.Connections.Add(Turn.DeviceId, this);
        }
    }

    public override FeedChange Stored(Change change, in Draft draft) =>
        change.Next!.Session != change.Base!.Session && EndAll(but: change.Next.Session, draft.Why) ? FeedChange.Presence : FeedChange.Beat;

    public override void Overtaken(DeviceRow row) => EndAll(but: row.Session, ConnectionEnd.Superseded);

    public override void Removed() => EndAll(but: null, ConnectionEnd.Revoked);

    public override void Leaving() => Services.Connections.Remove(Turn.DeviceId, this);

    public override MigrationState Dehydrate(MigrationState luggage, TimeSpan now) => luggage with { OpenConnection = Open?.Link, Beside = _beside };

    private void Hold(DeviceConnectionInfo link, bool greeted)
    {
        Open = new OpenConnection(link) { IsGreeted = greeted };
        Services.Connections.Add(Turn.DeviceId, this);
        Turn.Publish(FeedChange.Presence);
    }

    /// <summary>Closes the connections of every session but these; null: of every one. An end that we make is no loss.</summary>
    /// <returns>There was one.</returns>
    private bool EndAll(SessionState? but, ConnectionEnd why)
    {
        var (beside, open) = (_beside, Open?.Link);
        if (beside is not null && but?.Has(beside.Session.Id) != true)
        {
            Host.EndConnection(beside, why);
            _beside = null;
        }

        if (open is not null && but?.Has(open.Session.Id) != true)
        {
            Host.EndConnection(open, why);
            Drop();
        }

        return beside != _beside || open != Open?.Link;
    }

    private bool IsThere(DeviceConnectionInfo? link) => link is not null && Services.Outages.IsAlive(link.Gateway);
}

/// <summary>A connection over which commands may go; a twin makes it anew when another takes its place.</summary>
internal sealed class OpenConnection(DeviceConnectionInfo link)
{
    public DeviceConnectionInfo Link => link;

    /// <summary>Its device has been greeted: commands may be handed over.</summary>
    public bool IsGreeted { get; set; }

    /// <summary>When its gateway was last told that the device beats elsewhere; null: not of this connection.</summary>
    public TimeSpan? VouchedAt { get; set; }
}
