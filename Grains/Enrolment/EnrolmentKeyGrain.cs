using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Facts;
using Rollcall.Feed;
using Rollcall.Fleet;
using Rollcall.Secrets;

namespace Rollcall.Enrolment;

/// <summary>
/// One enrolment key. One call at a time, so its limit holds however many devices come at once: a use is stored before the device is
/// created.
/// </summary>
[GrainType("enrolment-key")]
internal sealed class EnrolmentKeyGrain(
    [PersistentState(GrainStorageNames.EnrolmentKey, GrainStorageNames.Storage)] IPersistentState<EnrolmentKeyState> key,
    DeviceCreator creator, Feed.Feed feed, ClockTrust trust, TimeProvider clock) : Grain, IEnrolmentKeyGrain, IIssuedKey
{
    private static readonly RegisterReply Invalid = new(Refusal.InvalidEnrolmentKey);
    private static readonly GrainTimerCreationOptions Soon = new(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
    private IGrainTimer? _leaving;

    public async ValueTask<RegisterReply> Enrol(string deviceId, string? name)
    {
        if (!key.RecordExists || !key.State.IsGood(trust.Now()))
        {
            LeaveIfUnknown();
            return Invalid;
        }

        var again = await GrainFactory.GetGrain<IDeviceTwin>(Keys.Device(deviceId)).Reissue(key.State.Id, name);
        if (!key.State.HasRoom() && again.Refusal is Refusal.NotFound or Refusal.Conflict)
        {
            // The same answer for both: a caller that can create no more devices must not find out which exist.
            return Invalid;
        }

        return again.Refusal == Refusal.NotFound ? await Create(deviceId, name) : again;
    }

    public async ValueTask Issue(string id, string customerId, NewKey wanted) => await Write(new EnrolmentKeyState
    {
        Id = id,
        CustomerId = customerId,
        Name = wanted.Name,
        MaxDevices = wanted.MaxDevices,
        CreatedAt = ClockReading.WallNow(clock),
        ExpiresAt = wanted.ExpiresAt,
        HeartbeatInterval = wanted.HeartbeatInterval,
        HeartbeatTimeout = wanted.HeartbeatTimeout,
    });

    public ValueTask<EnrolmentKey?> Show()
    {
        LeaveIfUnknown();
        return ValueTask.FromResult(key.RecordExists ? key.State.ToView() : null);
    }

    public async ValueTask Revoke()
    {
        if (key is { RecordExists: true, State.RevokedAt: null })
        {
            await Write(key.State with { RevokedAt = ClockReading.WallNow(clock) });
        }
    }

    public async ValueTask Drop()
    {
        if (key.RecordExists)
        {
            await key.ClearStateAsync();
        }

        DeactivateOnIdle();
    }

    private async ValueTask<RegisterReply> Create(string deviceId, string? name)
    {
        await Write(key.State with { Devices = key.State.Devices + 1 });
        var secret = SecretScheme.Generate();
        var row = Provisioning.NewRow(
            deviceId, key.State.CustomerId, ClockReading.WallNow(clock), name, location: null,
            SecretScheme.HashGenerated(secret), Provisioning.EnrolledBy(key.State.Id))
            .WithTimes(key.State.HeartbeatInterval, key.State.HeartbeatTimeout);
        if (await creator.CreateAsync(row) is not Refusal.None and var refusal)
        {
            if (refusal != Refusal.Unavailable)
            {
                // Created in another way since the twin was asked. If the result is unknown, the use stays counted.
                await Write(key.State with { Devices = key.State.Devices - 1 });
            }

            return new RegisterReply(refusal);
        }

        feed.Publish(new FeedItem(row.CustomerId, deviceId, row.ToVersion(connected: false), FeedChange.Registered));
        return new RegisterReply(Refusal.None, secret, row.CustomerId);
    }

    private Task Write(EnrolmentKeyState next) => key.Write(next, DeactivateOnIdle);

    /// <summary>A guessed key must not stay in memory. Not at once: queued calls would be forwarded from one short activation to the next.</summary>
    private void LeaveIfUnknown()
    {
        if (!key.RecordExists)
        {
            _leaving ??= this.RegisterGrainTimer(Leave, Soon);
        }

        Task Leave(CancellationToken cancellation)
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }
    }
}
