using System.Security.Cryptography;
using Rollcall.Feed;
using Rollcall.Journal;

namespace Rollcall.Devices;

/// <summary>
/// The device's sessions: opened, admitted, ended. The first use of the next session, which puts it into force, is known here before it is
/// stored.
/// </summary>
internal sealed class SessionsFacet(TwinTurn owner) : Facet(owner)
{
    /// <summary>The next session that has been used, while that is not stored: the first record that is puts it into force.</summary>
    private string? _usedNext;

    /// <summary>The request that opened a session last, and that session.</summary>
    private (string? Attempt, Session? Session) _opened;

    /// <summary>
    /// Opens a session, which ends the former one when it is first used. The same request again has the session that it opened: one
    /// that is carried out late would else drop a session that was given out and not used yet.
    /// </summary>
    /// <param name="better">A form of the secret that takes the credential's place in the same record.</param>
    public async ValueTask<AuthenticateReply> Open(string credential, string? attempt = null, string? better = null)
    {
        if (await Turn.Ready() is not Refusal.None and var unready)
        {
            return new AuthenticateReply(unready == Refusal.NotFound ? Refusal.InvalidCredentials : unready);
        }

        var row = Turn.Row;
        if (!row.Profile.Credentials(Services.Wall()).Contains(credential))
        {
            return new AuthenticateReply(Refusal.InvalidCredentials);
        }

        if (Barred() is not Refusal.None and var barred)
        {
            return new AuthenticateReply(barred);
        }

        if (attempt is not null && attempt == _opened.Attempt && _opened.Session is { } same && row.Session.Has(same.Id))
        {
            return Opened(same);
        }

        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var sessions = Services.Sessions.Issue(row.Session, id, ClockReading.WallNow(Services.Clock));
        var session = new Session(id, sessions.Epoch);
        _opened = (attempt, session);
        var outcome = await Turn.Append(new Draft(row.Next(session: sessions, profile: row.Profile.Using(credential, better, Services.Wall()))));
        return outcome == AppendResult.Stored ? Opened(session) : new AuthenticateReply(outcome.ToRefusal());
    }

    /// <summary>The device ends its own session; with the next one the one in force, too.</summary>
    /// <param name="quietly">The session alone: that the device is gone is decided by its silence.</param>
    public ValueTask<Refusal> End(Session session, bool quietly) =>
        End(Services.Sessions.End(Turn.Row.Session, session.Id), PresenceReason.Goodbye, ConnectionEnd.Goodbye, quietly);

    /// <summary>Somebody of the customer's ends every session.</summary>
    public async ValueTask<Refusal> Revoke(string customerId) =>
        await Turn.ReadyFor(customerId) is not Refusal.None and var refusal
            ? refusal
            : await End(Services.Sessions.EndAll(Turn.Row.Session), PresenceReason.Revoked, ConnectionEnd.Revoked);

    /// <summary>Whether the session may speak for the device.</summary>
    public async ValueTask<Refusal> Admit(Session session)
    {
        if (Turn.Stored is not { } row)
        {
            return Refusal.InvalidSession;
        }

        if (Barred() is not Refusal.None and var barred)
        {
            return barred;
        }

        var verdict = Services.Sessions.Admit(row.Session, session, Turn.IsInDoubt);
        return verdict == Refusal.StaleActivation ? await FromTheFuture() : verdict;
    }

    /// <summary>
    /// The next session was used by a beat or over a socket. It is in force with the first record that is stored, whatever that says
    /// beside.
    /// </summary>
    public void NoteUse(Session session)
    {
        if (Turn.Row.Session.Next is { } next && next.Id == session.Id)
        {
            _usedNext = next.Id;
        }
    }

    /// <summary>What the sessions become with the next record; null: what they are.</summary>
    public SessionState? Promoted() =>
        _usedNext is { } used && used == Turn.Row.Session.Next?.Id ? Services.Sessions.Use(Turn.Row.Session) : null;

    /// <summary>The next session among these has been used, and that is not stored.</summary>
    public bool HasUsedNext(SessionState sessions) => _usedNext is { } used && used == sessions.Next?.Id;

    public override void Loaded(DeviceRow row, RehydratedState? arrival) => _usedNext = arrival?.State.UsedNext;

    /// <summary>
    /// A use that was heard while the store was away is stored alone, so that no alarm and no content of a beat stands in the way of a
    /// change. What comes next is then decided on the sessions that are in force.
    /// </summary>
    public override DeviceRow BringUpToDate(DeviceRow row) => Promoted() is { } sessions ? row.Next(session: sessions) : row;

    public override FeedChange Stored(Change change, in Draft draft)
    {
        if (change.Next!.Session != change.Base!.Session && !HasUsedNext(change.Next.Session))
        {
            _usedNext = null;
        }

        return FeedChange.Beat;
    }

    public override void Overtaken(DeviceRow row) => _usedNext = null;

    public override void Removed() => _usedNext = null;

    public override MigrationState Dehydrate(MigrationState luggage, TimeSpan now) => luggage with { UsedNext = _usedNext };

    private async ValueTask<Refusal> End(SessionState sessions, PresenceReason reason, ConnectionEnd why, bool quietly = false)
    {
        var ended = quietly ? null : Presence.End(Turn.Row.Presence, reason, ClockReading.Now(Services.Clock));
        return (await Turn.Append(new Draft(Turn.Row.Next(ended?.Next, sessions), ended?.Change) { Why = why })).ToRefusal();
    }

    private AuthenticateReply Opened(Session session) => new(
        Refusal.None, session, Turn.Row.CustomerId,
        (int)Services.Options.HeartbeatInterval.TotalMilliseconds, (int)Services.Options.HeartbeatTimeout.TotalMilliseconds,
        (long)Services.Options.SessionTtl.TotalSeconds);

    /// <summary>A session newer than any we know: somebody else writes this row by now, or the token is of an earlier device with this id.</summary>
    private async ValueTask<Refusal> FromTheFuture()
    {
        try
        {
            if ((await Services.Rows.Read(Turn.DeviceId))?.Revision == Turn.Row.Revision)
            {
                return Refusal.InvalidSession;
            }

            Turn.Leave();
            return Refusal.StaleActivation;
        }
        catch (StoreUnavailableException)
        {
            return Refusal.Unavailable;
        }
    }

    private Refusal Barred() => Turn.Row.Profile.Mode switch
    {
        DeviceMode.Disabled => Refusal.Disabled,
        DeviceMode.Maintenance => Refusal.Maintenance,
        _ => Refusal.None,
    };
}
