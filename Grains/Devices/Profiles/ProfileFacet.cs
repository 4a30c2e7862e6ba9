using Rollcall.Clocks;
using Rollcall.Devices.Presence;
using Rollcall.Devices.Turn;
using Rollcall.Feed;
using Rollcall.Fleet;
using Rollcall.Journal;
using Rollcall.Secrets;

namespace Rollcall.Devices.Profiles;

/// <summary>What the owner changes, provisioning by a one-time code, and the device's secret.</summary>
internal sealed class ProfileFacet(TwinTurn owner) : Facet(owner)
{
    private CachedSecret? _cached;

    /// <summary>Applies a merge patch. Leaving <c>active</c> ends the sessions and takes the device offline.</summary>
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
        };
        changed = ModeChange.Patched(changed, patch, ClockReading.WallNow(Services.Clock));
        changed = changed.WithTimes(
            patch.HeartbeatInterval is { } interval ? interval.Value : profile.HeartbeatInterval,
            patch.HeartbeatTimeout is { } timeout ? timeout.Value : profile.HeartbeatTimeout,
            Turn.Row.Presence.Online, Services.Options);
        if (changed == profile)
        {
            return Turn.Shown();
        }

        if (!profile.HasTimesOf(changed) && !Cadence.IsAllowed(changed, Services.Options))
        {
            return new DeviceReply(Refusal.TimeoutTooShort);
        }

        if (!ModeChange.IsAllowed(changed))
        {
            return new DeviceReply(Refusal.NotInMode);
        }

        var (next, change) = ModeChange.Of(
            Turn.Row, changed with { Version = profile.Version + 1 }, ClockReading.Now(Services.Clock), Services.Sessions, Services.Options);
        var result = await Turn.Append(new Draft(next, change) { Why = ConnectionEnd.Revoked });
        Turn.Arm();
        return result == AppendResult.Stored ? Turn.Shown() : new DeviceReply(result.ToRefusal());
    }

    /// <summary>What an import changes.</summary>
    public async ValueTask<Refusal> Amend(string customerId, Amendment amendment)
    {
        if (await Turn.ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return unready;
        }

        var (next, change) = Amending.Of(
            Turn.Row, amendment, ClockReading.Now(Services.Clock), Services.Wall(), Services.Sessions, Services.Options);
        if (!Turn.Row.Profile.HasTimesOf(next.Profile) && !Cadence.IsAllowed(next.Profile, Services.Options))
        {
            return Refusal.TimeoutTooShort;
        }

        return (await Turn.Append(new Draft(next, change) { Why = ConnectionEnd.Revoked })).ToRefusal();
    }

    /// <summary>A code is valid until its device first authenticates: before that, a lost answer can be asked for again.</summary>
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

    /// <summary>The same for a device that was provisioned with this enrolment key; of any other device it is a conflict.</summary>
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

    /// <summary>Checks the secret. Interleaves with a turn: a slow check must not delay the device's heartbeats.</summary>
    /// <returns>
    /// The stored credential that the secret matches, and a better one to replace it; or why there is none, and after how many seconds to
    /// try again.
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
        if (_cached is { } cached && stored.FirstOrDefault(one => cached.Matches(one, secret)) is { } seen)
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

        _cached = new CachedSecret(check.Better ?? check.Credential!, secret);
        return (Refusal.None, check, 0);
    }

    /// <summary>
    /// Reads the row and ignores it. An unknown id is read with every try. So that nobody can tell the difference, a known one takes as long
    /// when it is refused, and is as unavailable without the store.
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
    /// Replaces the secret. A call that is repeated because its answer was lost finds the secret that it made before: no other is made, and
    /// no session is ended twice.
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
        var ended = wanted.EndSessions ? PresenceRule.End(row.Presence, PresenceReason.Revoked, ClockReading.Now(Services.Clock)) : null;
        var sessions = wanted.EndSessions ? Services.Sessions.EndAll(row.Session) : null;
        var result = await Turn.Append(new Draft(row.Next(ended?.Next, sessions, profile), ended?.Change) { Why = ConnectionEnd.Revoked });
        return result == AppendResult.Stored
            ? new SecretReply(Refusal.None, secret, profile.Former?.GoodUntil) : new SecretReply(result.ToRefusal());
    }

    /// <summary>Replaces a weak stored form by a slow one of the same secret, made outside the turn; unless the weak one is gone.</summary>
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

    public override void Removed() => _cached = null;

    private async ValueTask<RegisterReply> NewSecret(string? name)
    {
        var (row, secret) = (Turn.Row, SecretScheme.Generate());
        var profile = row.Profile with
        {
            Credential = SecretScheme.HashGenerated(secret),
            Name = name ?? row.Profile.Name,
            Version = row.Profile.Version + 1,
        };
        var result = await Turn.Append(new Draft(row.Next(profile: profile)));
        return result == AppendResult.Stored ? new RegisterReply(Refusal.None, secret, row.CustomerId) : new RegisterReply(result.ToRefusal());
    }

    private static Refusal RefusalOf(SecretVerdict verdict) => verdict switch
    {
        SecretVerdict.Busy => Refusal.Unavailable,
        SecretVerdict.TooMany => Refusal.TooManyTries,
        _ => Refusal.InvalidCredentials,
    };
}
