using Rollcall.Feed;
using Rollcall.Journal;
using Rollcall.Fleet;
using Rollcall.Secrets;

namespace Rollcall.Devices;

/// <summary>What the owner changes, joining by a one-time code, and the device's secret.</summary>
internal sealed class ProfileFacet(TwinTurn owner) : Facet(owner)
{
    private CachedSecret? _warm;

    /// <summary>Takes a merge patch. Leaving <c>active</c> ends the sessions and takes the device off the roll.</summary>
    public async ValueTask<DeviceReply> Patch(string customerId, DevicePatch patch, string? ifMatch)
    {
        if (await Turn.ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return new DeviceReply(unready);
        }

        var profile = Turn.Row.Profile;
        if (ifMatch is not null && !ifMatch.Split(',', StringSplitOptions.TrimEntries).Contains(profile.ETag))
        {
            return new DeviceReply(Refusal.PreconditionFailed);
        }

        var changed = profile with
        {
            Name = patch.Name is { } name ? name.Value : profile.Name,
            Location = patch.Location is { } location ? location.Value : profile.Location,
            Mode = patch.Mode ?? profile.Mode,
        };
        if (changed == profile)
        {
            return Turn.Shown();
        }

        var outcome = await Store(changed with { Version = profile.Version + 1 });
        return outcome == AppendResult.Stored ? Turn.Shown() : new DeviceReply(outcome.ToRefusal());
    }

    /// <summary>What an import changes.</summary>
    public async ValueTask<Refusal> Amend(string customerId, Amendment amendment)
    {
        if (await Turn.ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return unready;
        }

        var (next, change) = Amending.Of(Turn.Row, amendment, ClockReading.Now(Services.Clock), Services.Wall(), Services.Sessions);
        return (await Turn.Append(new Draft(next, change) { Why = ConnectionEnd.Revoked })).ToRefusal();
    }

    /// <summary>A code is good for one device until that first authenticates; before that, a lost answer costs nobody the device.</summary>
    public async ValueTask<RegisterReply> Register(string code, string? name)
    {
        if (await Turn.Ready() is not Refusal.None and var unready)
        {
            return new RegisterReply(unready == Refusal.NotFound ? Refusal.InvalidActivationCode : unready);
        }

        var profile = Turn.Row.Profile;
        if (profile.Activation is null
            || profile.ActivationExpiresAt is not { } end || Services.Wall().IsOver(profile.RegisteredAt, end)
            || !SecretScheme.MatchesFast(profile.Activation, code))
        {
            return new RegisterReply(Refusal.InvalidActivationCode);
        }

        return profile.Activated ? new RegisterReply(Refusal.Conflict) : await NewSecret(name);
    }

    /// <summary>The same for a device that joined by an enrolment key; another way of joining, or another key, is not its business.</summary>
    public async ValueTask<RegisterReply> Reissue(string keyId, string? name)
    {
        if (await Turn.Ready() is not Refusal.None and var unready)
        {
            return new RegisterReply(unready);
        }

        var profile = Turn.Row.Profile;
        return profile.Activated || profile.Activation != Provisioning.EnrolledBy(keyId)
            ? new RegisterReply(Refusal.Conflict) : await NewSecret(name);
    }

    /// <summary>Checks the secret. Interleaves: a slow check must not keep the device's beats waiting.</summary>
    /// <returns>
    /// The stored credential that the secret matches and what is to be stored in its place, or why not; and when to come again, where too
    /// many do.
    /// </returns>
    public async ValueTask<(Refusal Refusal, SecretCheck? Check, int RetryAfter)> CheckSecret(string secret, SignInSource source)
    {
        var inMemory = Turn.Stored is not null;
        var known = await Turn.Load();
        if (known == Refusal.Unavailable)
        {
            return (known, null, 0);
        }

        var stored = Turn.Stored?.Profile.Credentials(Services.Wall()) ?? [];
        if (_warm is { } warm && stored.FirstOrDefault(one => warm.Matches(one, secret)) is { } seen)
        {
            return (Refusal.None, new SecretCheck(SecretVerdict.Right, seen), 0);
        }

        var check = await Services.Secrets.Verify(Turn.DeviceId, stored, secret, source);
        if (check.Verdict != SecretVerdict.Right)
        {
            if (inMemory && !await CanBeRead())
            {
                return (Refusal.Unavailable, null, 0);
            }

            return (RefusalOf(check.Verdict), null, check.Verdict == SecretVerdict.Busy ? Services.Secrets.RetryAfter(Turn.DeviceId) : 0);
        }

        _warm = new CachedSecret(check.Better ?? check.Credential!, secret);
        return (Refusal.None, check, 0);
    }

    /// <summary>
    /// Looks into the store for nothing. An unknown id is looked up with every try: so that nobody can tell, one that is known takes as
    /// long when it is refused, and is answered as little without the store.
    /// </summary>
    public async ValueTask<bool> CanBeRead()
    {
        try
        {
            await Services.Rows.Read(Turn.DeviceId);
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
        if (await Turn.ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return new SecretReply(unready);
        }

        var (row, secret) = (Turn.Row, new Seed(wanted.Seed).Secret);
        if (row.Profile.Credential is { } present && SecretScheme.MatchesFast(present, secret))
        {
            return new SecretReply(Refusal.None, secret, row.Profile.Former?.GoodUntil);
        }

        var profile = row.Profile.WithSecret(SecretScheme.HashGenerated(secret), wanted.Overlap, Services.Wall());
        var ended = wanted.EndSessions ? Presence.End(row.Presence, PresenceReason.Revoked, ClockReading.Now(Services.Clock)) : null;
        var sessions = wanted.EndSessions ? Services.Sessions.EndAll(row.Session) : null;
        var outcome = await Turn.Append(new Draft(row.Next(ended?.Next, sessions, profile), ended?.Change) { Why = ConnectionEnd.Revoked });
        return outcome == AppendResult.Stored
            ? new SecretReply(Refusal.None, secret, profile.Former?.GoodUntil) : new SecretReply(outcome.ToRefusal());
    }

    /// <summary>A slow form of the same secret, made beside the Turn, takes a weak one's place; unless that is not there any more.</summary>
    public async ValueTask<Refusal> HardenSecret(string weak, string hardened)
    {
        if (await Turn.Ready() is not Refusal.None and var unready)
        {
            return unready;
        }

        return Turn.Row.Profile.Credential == weak
            ? (await Turn.Append(new Draft(Turn.Row.Next(profile: Turn.Row.Profile with { Credential = hardened })))).ToRefusal()
            : Refusal.None;
    }

    public override FeedChange Stored(Change change, in Draft draft) =>
        ReferenceEquals(change.Base!.Profile, change.Next!.Profile) ? FeedChange.Beat : FeedChange.Profile;

    public override void Removed() => _warm = null;

    private async ValueTask<RegisterReply> NewSecret(string? name)
    {
        var (row, secret) = (Turn.Row, SecretScheme.Generate());
        var profile = row.Profile with
        {
            Credential = SecretScheme.HashGenerated(secret),
            Name = name ?? row.Profile.Name,
            Version = row.Profile.Version + 1,
        };
        var outcome = await Turn.Append(new Draft(row.Next(profile: profile)));
        return outcome == AppendResult.Stored ? new RegisterReply(Refusal.None, secret, row.CustomerId) : new RegisterReply(outcome.ToRefusal());
    }

    private ValueTask<AppendResult> Store(Profile profile)
    {
        var row = Turn.Row;
        if (profile.Mode == DeviceMode.Active || profile.Mode == row.Profile.Mode)
        {
            return Turn.Append(new Draft(row.Next(profile: profile)));
        }

        var reason = profile.Mode == DeviceMode.Disabled ? PresenceReason.Disabled : PresenceReason.Maintenance;
        var ended = Presence.End(row.Presence, reason, ClockReading.Now(Services.Clock));
        return Turn.Append(
            new Draft(row.Next(ended.Next, Services.Sessions.EndAll(row.Session), profile), ended.Change) { Why = ConnectionEnd.Revoked });
    }

    private static Refusal RefusalOf(SecretVerdict verdict) => verdict switch
    {
        SecretVerdict.Busy => Refusal.Unavailable,
        SecretVerdict.TooMany => Refusal.TooManyTries,
        _ => Refusal.InvalidCredentials,
    };
}
