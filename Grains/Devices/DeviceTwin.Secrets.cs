using Rollcall.Journal;
using Rollcall.Roster;
using Rollcall.Secrets;

namespace Rollcall.Devices;

/// <content>The device's secret: checked, replaced, stored in a better form.</content>
internal sealed partial class DeviceTwin
{
    private WarmSecret? _warm;

    /// <summary>Checks the secret. Interleaves: a slow check must not keep the device's beats waiting.</summary>
    /// <returns>
    /// The stored credential that the secret matches and what is to be stored in its place, or why not; and when to come again, where too
    /// many do.
    /// </returns>
    public async ValueTask<(Refusal Refusal, SecretCheck? Check, int RetryAfter)> CheckSecret(string secret, SignInSource source)
    {
        var inMemory = IsInMemory;
        var known = await Known();
        if (known == Refusal.Unavailable)
        {
            return (known, null, 0);
        }

        var stored = _stored?.Profile.Credentials(services.Wall()) ?? [];
        if (_warm is { } warm && stored.FirstOrDefault(one => warm.Matches(one, secret)) is { } seen)
        {
            return (Refusal.None, new SecretCheck(SecretVerdict.Right, seen), 0);
        }

        var check = await services.Secrets.Verify(deviceId, stored, secret, source);
        if (check.Verdict != SecretVerdict.Right)
        {
            if (inMemory && !await CanBeRead())
            {
                return (Refusal.Unavailable, null, 0);
            }

            return (RefusalOf(check.Verdict), null, check.Verdict == SecretVerdict.Busy ? services.Secrets.RetryAfter(deviceId) : 0);
        }

        _warm = new WarmSecret(check.Better ?? check.Credential!, secret);
        return (Refusal.None, check, 0);
    }

    /// <summary>Its row is here already.</summary>
    public bool IsInMemory => _stored is not null;

    /// <summary>
    /// Looks into the store for nothing. An unknown id is looked up with every try: so that nobody can tell, one that is known takes as
    /// long when it is refused, and is answered as little without the store.
    /// </summary>
    public async ValueTask<bool> CanBeRead()
    {
        try
        {
            await services.Rows.Read(deviceId);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    /// <summary>
    /// Another secret in the place of the present one. A call that is made again because its answer was lost finds the secret that it
    /// made before: no other one is made, and nothing is ended twice.
    /// </summary>
    public async ValueTask<SecretReply> ReplaceSecret(string customerId, SecretReplacement wanted)
    {
        if (await ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return new SecretReply(unready);
        }

        var (profile, secret) = (_stored!.Profile, new Seed(wanted.Seed).Secret);
        if (profile.Credential is { } present && SecretScheme.MatchesFast(present, secret))
        {
            return new SecretReply(Refusal.None, secret, profile.Former?.GoodUntil);
        }

        profile = profile.WithSecret(SecretScheme.HashGenerated(secret), wanted.Overlap, services.Wall());
        var ended = wanted.EndSessions ? Presence.End(_stored.Presence, PresenceReason.Revoked, Instant.Now(services.Clock)) : null;
        var sessions = wanted.EndSessions ? services.Sessions.EndAll(_stored.Session) : null;
        var outcome = await Store(_stored.Next(ended?.Next, sessions, profile), ended?.Change, why: LinkEnd.Revoked);
        return outcome == Outcome.Stored ? new SecretReply(Refusal.None, secret, profile.Former?.GoodUntil) : new SecretReply(outcome.ToRefusal());
    }

    /// <summary>What an import changes.</summary>
    public async ValueTask<Refusal> Amend(string customerId, Amendment amendment)
    {
        if (await ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return unready;
        }

        var (next, change) = Amending.Of(_stored!, amendment, Instant.Now(services.Clock), services.Wall(), services.Sessions);
        return (await Store(next, change, why: LinkEnd.Revoked)).ToRefusal();
    }

    /// <summary>A slow form of the same secret, made beside the turn, takes a weak one's place; unless that is not there any more.</summary>
    public async ValueTask<Refusal> HardenSecret(string weak, string hardened)
    {
        if (await Ready() is not Refusal.None and var unready)
        {
            return unready;
        }

        return _stored!.Profile.Credential == weak
            ? (await Store(_stored.Next(profile: _stored.Profile with { Credential = hardened }), change: null)).ToRefusal()
            : Refusal.None;
    }
}
