using System.Security.Cryptography;
using Rollcall.Journal;
using Rollcall.Secrets;

namespace Rollcall.Devices;

/// <content>Signing in, sessions and their ends.</content>
internal sealed partial class DeviceTwin
{
    /// <summary>The request that opened a session last, and that session.</summary>
    private (string? Attempt, Session? Session) _opened;

    /// <summary>
    /// Opens a session, which ends the former one when it is first used. The same request again has the session that it opened: one
    /// that is carried out late would else drop a session that was given out and not used yet.
    /// </summary>
    /// <param name="better">A form of the secret that takes the credential's place in the same record.</param>
    public async ValueTask<AuthenticateReply> OpenSession(string credential, string? attempt = null, string? better = null)
    {
        if (await Ready() is not Refusal.None and var unready)
        {
            return new AuthenticateReply(unready == Refusal.NotFound ? Refusal.InvalidCredentials : unready);
        }

        if (!_stored!.Profile.Credentials(services.Wall()).Contains(credential))
        {
            return new AuthenticateReply(Refusal.InvalidCredentials);
        }

        if (Barred() is not Refusal.None and var barred)
        {
            return new AuthenticateReply(barred);
        }

        if (attempt is not null && attempt == _opened.Attempt && _opened.Session is { } same && _stored.Session.Has(same.Id))
        {
            return Opened(same);
        }

        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var sessions = services.Sessions.Issue(_stored.Session, id, Instant.WallNow(services.Clock));
        var session = new Session(id, sessions.Epoch);
        _opened = (attempt, session);
        var outcome = await Store(_stored.Next(session: sessions, profile: _stored.Profile.Using(credential, better, services.Wall())), change: null);
        return outcome == Outcome.Stored ? Opened(session) : new AuthenticateReply(outcome.ToRefusal());
    }

    private AuthenticateReply Opened(Session session) => new(
        Refusal.None, session, _stored!.CustomerId,
        (int)services.Options.HeartbeatInterval.TotalMilliseconds, (int)services.Options.HeartbeatTimeout.TotalMilliseconds,
        (long)services.Options.SessionTtl.TotalSeconds);

    /// <summary>
    /// The device ends its own session, which is never refused; with the next one the one in force, too. It counts as a goodbye: beyond
    /// so many of them the session ends all the same, and the roll learns of it by silence alone. So signing in and out in turns writes
    /// no more transitions than goodbyes do.
    /// </summary>
    public async ValueTask<Refusal> EndSession(Session session)
    {
        if (await Ready() is not Refusal.None and var unready)
        {
            return unready == Refusal.NotFound ? Refusal.InvalidSession : unready;
        }

        if (await Admit(session) is not Refusal.None and var refusal)
        {
            return refusal;
        }

        // A goodbye that was taken and is not stored yet has been counted.
        var counts = _stored!.Presence.Online && _heard.Unpromised is not { Goodbye: true };
        return await End(
            services.Sessions.End(_stored.Session, session.Id), PresenceReason.Goodbye, LinkEnd.Goodbye,
            quietly: counts && TooManyGoodbyes(Instant.MonotonicNow(services.Clock)) is not null);
    }

    /// <summary>Somebody of the customer's ends every session.</summary>
    public async ValueTask<Refusal> RevokeSession(string customerId) =>
        await ReadyFor(customerId) is not Refusal.None and var refusal
            ? refusal
            : await End(services.Sessions.EndAll(_stored!.Session), PresenceReason.Revoked, LinkEnd.Revoked);

    /// <param name="quietly">The session alone: that the device is gone is decided by its silence.</param>
    private async ValueTask<Refusal> End(SessionState sessions, PresenceReason reason, LinkEnd why, bool quietly = false)
    {
        var ended = quietly ? null : Presence.End(_stored!.Presence, reason, Instant.Now(services.Clock));
        return (await Store(_stored!.Next(ended?.Next, sessions), ended?.Change, why: why)).ToRefusal();
    }

    private async ValueTask<Refusal> Admit(Session session)
    {
        if (_stored is null)
        {
            return Refusal.InvalidSession;
        }

        if (Barred() is not Refusal.None and var barred)
        {
            return barred;
        }

        var verdict = services.Sessions.Admit(_stored.Session, session, _doubt is not null);
        return verdict == Refusal.Moved ? await FromTheFuture() : verdict;
    }

    /// <summary>A session newer than any we know: somebody else writes this row by now, or the token is of an earlier device with this id.</summary>
    private async ValueTask<Refusal> FromTheFuture()
    {
        try
        {
            if ((await services.Rows.Read(deviceId))?.Revision == _stored!.Revision)
            {
                return Refusal.InvalidSession;
            }

            host.Leave();
            return Refusal.Moved;
        }
        catch (StoreUnavailableException)
        {
            return Refusal.Unavailable;
        }
    }

    private Refusal Barred() => _stored!.Profile.Mode switch
    {
        DeviceMode.Disabled => Refusal.Disabled,
        DeviceMode.Maintenance => Refusal.Maintenance,
        _ => Refusal.None,
    };

    /// <summary>
    /// Loaded, without doubt, and every use of a session stored, as a change needs it: what is decided on a guess cannot be answered for.
    /// </summary>
    private async ValueTask<Refusal> Ready()
    {
        if (await Known() is not Refusal.None and var unknown)
        {
            return unknown;
        }

        await ResolveDoubt();
        return _doubt is not null ? Refusal.Unavailable : _stored is null ? Refusal.NotFound : await StoreUse();
    }

    private async ValueTask<Refusal> ReadyFor(string customerId) =>
        await Ready() is not Refusal.None and var unready ? unready
        : _stored!.CustomerId == customerId ? Refusal.None : Refusal.NotFound;

    private static Refusal RefusalOf(SecretVerdict verdict) => verdict switch
    {
        SecretVerdict.Busy => Refusal.Unavailable,
        SecretVerdict.TooMany => Refusal.TooManyTries,
        _ => Refusal.InvalidCredentials,
    };
}
