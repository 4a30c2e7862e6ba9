using Rollcall.Journal;
using Rollcall.Roster;
using Rollcall.Secrets;

namespace Rollcall.Devices;

/// <content>What the owner changes, and joining by a one-time code.</content>
internal sealed partial class DeviceTwin
{
    /// <summary>The device as its customer sees it. Interleaves: shows what is stored, whatever is on its way.</summary>
    public async ValueTask<DeviceReply> Read(string customerId)
    {
        if (await Known() is not Refusal.None and var unknown)
        {
            return new DeviceReply(unknown);
        }

        return _stored!.CustomerId == customerId ? Shown() : new DeviceReply(Refusal.NotFound);
    }

    /// <summary>Takes a merge patch. Leaving <c>active</c> ends the sessions and takes the device off the roll.</summary>
    public async ValueTask<DeviceReply> Patch(string customerId, DevicePatch patch, string? ifMatch)
    {
        if (await ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return new DeviceReply(unready);
        }

        var profile = _stored!.Profile;
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
            return Shown();
        }

        var outcome = await StoreProfile(changed with { Version = profile.Version + 1 });
        return outcome == Outcome.Stored ? Shown() : new DeviceReply(outcome.ToRefusal());
    }

    /// <summary>Removes the device and its log.</summary>
    public async ValueTask<Refusal> Delete(string customerId)
    {
        if (await ReadyFor(customerId) is not Refusal.None and var unready)
        {
            return unready;
        }

        // The alarm goes with its next tick, which finds no device: removed is removed, also when alarms cannot be had now.
        return (await Store(next: null, change: null)).ToRefusal();
    }

    /// <summary>A code is good for one device until that first authenticates; before that, a lost answer costs nobody the device.</summary>
    public async ValueTask<RegisterReply> Register(string code, string? name)
    {
        if (await Ready() is not Refusal.None and var unready)
        {
            return new RegisterReply(unready == Refusal.NotFound ? Refusal.InvalidActivationCode : unready);
        }

        var profile = _stored!.Profile;
        if (profile.Activation is null
            || profile.ActivationExpiresAt is not { } end || services.Wall().IsOver(profile.RegisteredAt, end)
            || !SecretScheme.MatchesFast(profile.Activation, code))
        {
            return new RegisterReply(Refusal.InvalidActivationCode);
        }

        return profile.Activated ? new RegisterReply(Refusal.Conflict) : await NewSecret(name);
    }

    /// <summary>The same for a device that joined by an enrolment key; another way of joining, or another key, is not its business.</summary>
    public async ValueTask<RegisterReply> Reissue(string keyId, string? name)
    {
        if (await Ready() is not Refusal.None and var unready)
        {
            return new RegisterReply(unready);
        }

        var profile = _stored!.Profile;
        return profile.Activated || profile.Activation != Joining.ByKey(keyId) ? new RegisterReply(Refusal.Conflict) : await NewSecret(name);
    }

    private async ValueTask<RegisterReply> NewSecret(string? name)
    {
        var profile = _stored!.Profile;
        var secret = SecretScheme.Generate();
        var changed = profile with { Credential = SecretScheme.HashGenerated(secret), Name = name ?? profile.Name, Version = profile.Version + 1 };
        var outcome = await Store(_stored.Next(profile: changed), change: null);
        return outcome == Outcome.Stored ? new RegisterReply(Refusal.None, secret, _stored.CustomerId) : new RegisterReply(outcome.ToRefusal());
    }

    private async ValueTask<Outcome> StoreProfile(Profile profile)
    {
        if (profile.Mode == DeviceMode.Active || profile.Mode == _stored!.Profile.Mode)
        {
            return await Store(_stored!.Next(profile: profile), change: null);
        }

        var reason = profile.Mode == DeviceMode.Disabled ? PresenceReason.Disabled : PresenceReason.Maintenance;
        var ended = Presence.End(_stored.Presence, reason, Instant.Now(services.Clock));
        return await Store(_stored.Next(ended.Next, services.Sessions.EndAll(_stored.Session), profile), ended.Change, why: LinkEnd.Revoked);
    }

    /// <summary>A socket is open, and the gateway that holds it is there. Also asked from beside the turn.</summary>
    public bool Connected => _heard.OpenLink is { } link && services.Hearing.Hears(link.Gateway);

    private DeviceReply Shown() => new(Refusal.None, _stored!.ToDevice(Connected, _heard.Ignored), _stored.Profile.ETag);
}
