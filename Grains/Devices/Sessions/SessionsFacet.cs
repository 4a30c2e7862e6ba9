using System.Security.Cryptography;
using Rollcall.Clocks;
using Rollcall.Devices.Presence;
using Rollcall.Devices.Turn;
using Rollcall.Feed;
using Rollcall.Journal;

namespace Rollcall.Devices.Sessions;

/// <summary>
/// The device's sessions: opens, admits and ends them. The first use of the next session, which puts it into force, is known here before
/// it is stored.
/// </summary>
internal sealed class SessionsFacet(TwinTurn owner) : Facet(owner)
{
    /// <summary>The next session that was used, until that is stored: the first stored change puts it into force.</summary>
    private string? _usedNext;

    /// <summary>The request that opened the last session, and that session.</summary>
    private (string? Attempt, Session? Session) _opened;

    /// <summary>
    /// Opens a session, which ends the former one when it is first used. The same request again gets the session that it opened:
    /// otherwise a late duplicate would drop a session that was issued and not used yet.
    /// </summary>
    /// <param name="better">A stored form that replaces the credential with the same change.</param>
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
        var result = await Turn.Append(new Draft(row.Next(session: sessions, profile: row.Profile.Using(credential, better, Services.Wall()))));
        return result == AppendResult.Stored ? Opened(session) : new AuthenticateReply(result.ToRefusal());
    }

    /// <summary>The device ends its own session; with the next one the one in force, too.</summary>
    /// <param name="quietly">Ends the session only; the timeout decides that the device is offline.</param>
    public ValueTask<Refusal> End(Session session, bool quietly) =>
        StoreEnd(Services.Sessions.End(Turn.Row.Session, session.Id), PresenceReason.Goodbye, ConnectionEnd.Goodbye, quietly);

    /// <summary>The customer ends every session.</summary>
    public async ValueTask<Refusal> Revoke(string customerId) =>
        await Turn.ReadyFor(customerId) is not Refusal.None and var refusal
            ? refusal
            : await StoreEnd(Services.Sessions.EndAll(Turn.Row.Session), PresenceReason.Revoked, ConnectionEnd.Revoked);

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
    /// The next session was used by a heartbeat or over a connection. The first change that is stored puts it into force, whatever else that
    /// change is about.
    /// </summary>
    public void NoteUse(Session session)
    {
        if (Turn.Row.Session.Next is { } next && next.Id == session.Id)
        {
            _usedNext = next.Id;
        }
    }

    /// <summary>The sessions after the next stored change; null: they stay as they are.</summary>
    public SessionState? Promoted() =>
        _usedNext is { } used && used == Turn.Row.Session.Next?.Id ? Services.Sessions.Use(Turn.Row.Session) : null;

    /// <summary>The next one of these sessions was used, and that is not stored yet.</summary>
    public bool HasUsedNext(SessionState sessions) => _usedNext is { } used && used == sessions.Next?.Id;

    public override void Loaded(DeviceRow row, RehydratedState? rehydrated) => _usedNext = rehydrated?.State.UsedNext;

    /// <summary>
    /// A use that was noted while the store was away is stored alone, so that no reminder and no content of a heartbeat can block a
    /// change. The next decision is then based on the sessions in force.
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

    public override MigrationState Dehydrate(MigrationState state, TimeSpan now) => state with { UsedNext = _usedNext };

    private async ValueTask<Refusal> StoreEnd(SessionState sessions, PresenceReason reason, ConnectionEnd why, bool quietly = false)
    {
        var ended = quietly ? null : PresenceRule.End(Turn.Row.Presence, reason, ClockReading.Now(Services.Clock));
        return (await Turn.Append(new Draft(Turn.Row.Next(ended?.Next, sessions), ended?.Change) { Why = why })).ToRefusal();
    }

    private AuthenticateReply Opened(Session session)
    {
        var (profile, options) = (Turn.Row.Profile, Services.Options);
        var cadence = Cadence.Of(profile, options);
        return new AuthenticateReply(
            Refusal.None, session, Turn.Row.CustomerId, (int)cadence.Interval.TotalMilliseconds, (int)cadence.Timeout.TotalMilliseconds,
            (long)options.SessionTtl.TotalSeconds)
        { HasOwnTimes = Cadence.HasOwn(profile) };
    }

    /// <summary>A session newer than any known here: another twin writes the row by now, or the token is of an earlier device with this id.</summary>
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
