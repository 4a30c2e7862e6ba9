using Rollcall.Clocks;
using Rollcall.Devices.Presence;
using Rollcall.Devices.Sessions;
using Rollcall.Devices.Turn;
using Rollcall.Feed;
using Rollcall.Journal;

namespace Rollcall.Devices.Connections;

/// <summary>
/// The device's connections. There may be two for a while: one of the session in force and one of the next session, until the first use
/// of the next one is stored. The newer connection is <see cref="Open"/>, the other is kept beside it.
/// </summary>
internal sealed class ConnectionsFacet(TwinTurn owner, PresenceFacet presence) : Facet(owner)
{
    private DeviceConnectionInfo? _beside;

    /// <summary>The connection that closed last. A frame that came over it may be handled after its end.</summary>
    private string? _closed;

    /// <summary>The newest connection; null: none is open.</summary>
    public OpenConnection? Open { get; private set; }

    /// <summary>A connection is open, and the gateway that holds it is alive. May be asked outside the turn.</summary>
    public bool Connected => Open is { } open && Services.Outages.Gateways.IsAlive(open.Connection.Gateway);

    public bool Knows(DeviceConnectionInfo connection) =>
        Open?.Connection.ConnectionId == connection.ConnectionId || _beside?.ConnectionId == connection.ConnectionId;

    /// <summary>Its session is over: a stored change has put the other session into force.</summary>
    public bool IsOver(DeviceConnectionInfo connection) => !Turn.Row.Session.Has(connection.Session.Id);

    /// <summary>
    /// A connection opened. It ends an older connection of the same session. One of the other session stays beside it: both are valid until
    /// a stored change says otherwise.
    /// </summary>
    public void Add(DeviceConnectionInfo connection)
    {
        if (Open is { Connection: var open })
        {
            var older = open.Session.Id == connection.Session.Id ? open : _beside;
            if (older is not null)
            {
                Host.EndConnection(older, ConnectionEnd.Superseded);
            }

            _beside = older == open ? _beside : IsThere(open) ? open : null;
        }

        Hold(connection, greeted: false);
    }

    /// <summary>
    /// A frame came over this connection, so the device is greeted: a gateway greets before it reads. A twin that was just loaded does not
    /// know the connection yet and takes it over. A twin that holds a newer one of the same session, at a gateway that is alive, ends it.
    /// </summary>
    public void FrameReceived(DeviceConnectionInfo connection)
    {
        if (Open?.Connection.ConnectionId == connection.ConnectionId)
        {
            Open.IsGreeted = true;
        }
        else if (connection.ConnectionId == _closed)
        {
            // The frame was in flight when the connection ended.
        }
        else if (IsOver(connection))
        {
            Host.EndConnection(connection, ConnectionEnd.Superseded);
        }
        else if (!Connected)
        {
            _beside = Knows(connection) ? null : _beside;
            Hold(connection, greeted: true);
        }
        else if (Open!.Connection.Session.Id != connection.Session.Id && !IsThere(_beside))
        {
            _beside = connection;
        }
        else if (!Knows(connection))
        {
            Host.EndConnection(connection, ConnectionEnd.Superseded);
        }
    }

    /// <summary>A gateway has greeted the device over this connection.</summary>
    /// <returns>Why it is over already. A twin that knows no connection answers none: the next heartbeat decides.</returns>
    public Refusal Greeted(DeviceConnectionInfo connection)
    {
        if (Open?.Connection.ConnectionId == connection.ConnectionId)
        {
            Open.IsGreeted = true;
            return Refusal.None;
        }

        return Connected && _beside?.ConnectionId != connection.ConnectionId ? Refusal.SessionSuperseded : Refusal.None;
    }

    /// <summary>A device that beats over REST may send nothing over its connection. The gateway that holds it is told now and then.</summary>
    public void Vouch(Session session)
    {
        var connection = Open?.Connection.Session.Id == session.Id ? Open.Connection : _beside?.Session.Id == session.Id ? _beside : null;
        if (connection is not null && Open is { } open && ClockReading.MonotonicNow(Services.Clock) is var now
            && !(now - open.VouchedAt < presence.Cadence.Timeout / 3))
        {
            open.VouchedAt = now;
            Host.Vouch(connection);
        }
    }

    /// <summary>A connection is closing: a late frame of it is recognized from now on.</summary>
    /// <returns>True: it is the newest, so its end may matter. False: another one, which is forgotten.</returns>
    public bool Closing(string connectionId)
    {
        _closed = connectionId;
        _beside = _beside?.ConnectionId == connectionId ? null : _beside;
        return Open?.Connection.ConnectionId == connectionId;
    }

    /// <summary>The newest connection is gone. If the device still has the other one, commands go over that with the next sign of life.</summary>
    /// <returns>True: no other connection is left.</returns>
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

    public override void Loaded(DeviceRow row, RehydratedState? rehydrated)
    {
        Open = rehydrated?.State.OpenConnection is { } open ? new OpenConnection(open) { IsGreeted = true } : null;
        _beside = rehydrated?.State.Beside;
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

    /// <summary>
    /// A twin that is not in memory knows no connection, and would show none and send no command over it. So while one is open the twin
    /// is woken before it would leave, which is often enough only where the timeout is long.
    /// </summary>
    public override TimeSpan? Deadline(ClockReading now) => Open is null ? null : now.Monotonic + (Services.Options.LongestIdle / 2);

    public override MigrationState Dehydrate(MigrationState state, TimeSpan now) =>
        state with { OpenConnection = Open?.Connection, Beside = _beside };

    private void Hold(DeviceConnectionInfo connection, bool greeted)
    {
        Open = new OpenConnection(connection) { IsGreeted = greeted };
        Services.Connections.Add(Turn.DeviceId, this);
        Turn.Publish(FeedChange.Presence);
    }

    /// <summary>Ends the connections of all sessions except these; null: of all. An end that we cause is no lost connection.</summary>
    /// <returns>True: there was one.</returns>
    private bool EndAll(SessionState? but, ConnectionEnd why)
    {
        var (beside, open) = (_beside, Open?.Connection);
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

        return beside != _beside || open != Open?.Connection;
    }

    private bool IsThere(DeviceConnectionInfo? connection) => connection is not null && Services.Outages.Gateways.IsAlive(connection.Gateway);
}

/// <summary>A connection that commands may be sent over. A twin makes a new one when another connection takes its place.</summary>
internal sealed class OpenConnection(DeviceConnectionInfo connection)
{
    public DeviceConnectionInfo Connection => connection;

    /// <summary>The device is greeted: commands may be handed over.</summary>
    public bool IsGreeted { get; set; }

    /// <summary>When the gateway was last told that the device beats over REST; null: never for this connection.</summary>
    public TimeSpan? VouchedAt { get; set; }
}
