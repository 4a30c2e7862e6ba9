using Orleans.Concurrency;
using Orleans.Placement;
using Rollcall.Commands;
using Rollcall.Devices.Turn;
using Rollcall.Secrets;

namespace Rollcall.Devices;

/// <summary>
/// The grain around a <see cref="DeviceTwin"/>: Orleans gives it one activation in the cluster, one call at a time, a timer
/// and a reminder. Not reentrant; the twin makes every decision. Placed where there are fewest: twins weigh the same,
/// and the default placement looks at processors and memory, which it gave one of three silos two thirds of the twins for.
/// </summary>
[GrainType("device"), ActivationCountBasedPlacement]
internal sealed class DeviceGrain : Grain, IDeviceGrain, IDeviceTwin, IRemindable, IGrainMigrationParticipant, ITwinHost
{
    private const string ReminderName = "presence";
    private const string MigrationStateName = "heard";
    private readonly DeviceTwin _twin;
    private readonly TwinServices _services;
    private int _signingIn;
    private bool _wantsToLeave;
    private IGrainTimer? _timer;

    public DeviceGrain(TwinServices services)
    {
        var deviceId = Keys.DeviceOf(this.GetPrimaryKeyString());
        _services = services.For(deviceId);
        _twin = new DeviceTwin(deviceId, this, _services);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _services.Meter.TwinLoaded();
        if (_twin.Turn.HasMoved)
        {
            ((ITwinHost)this).WakeAfter(TimeSpan.Zero);
        }

        return Task.CompletedTask;
    }

    public void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        if (_twin.Turn.Dehydrate() is { } state)
        {
            dehydrationContext.TryAddValue(MigrationStateName, state);
        }
    }

    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        if (rehydrationContext.TryGetValue<MigrationState>(MigrationStateName, out var state) && state is not null)
        {
            _twin.Turn.Rehydrate(state);
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _services.Meter.TwinLeft();
        if (_twin.Turn.IsFenced || (_twin.Presence.IsWaiting && !IsForeseen(reason.ReasonCode)))
        {
            // The timer ends with this activation. A twin that moves wakes itself on the new silo, if it gets there.
            _services.Recall?.Wake(_twin.Turn.DeviceId);
        }

        _twin.Turn.Gone();
        return Task.CompletedTask;
    }

    public async ValueTask<AuthenticateReply> Authenticate(string secret, string? attempt = null, string? from = null, bool sparingly = false)
    {
        _signingIn++;
        try
        {
            var (refusal, check, retryAfter) = await _twin.Profile.CheckSecret(secret, new SignInSource(from ?? "", sparingly));
            var reply = refusal == Refusal.None
                ? await this.AsReference<IDeviceTwin>().OpenSession(check!.Credential!, attempt, check.Better)
                : new AuthenticateReply(refusal, RetryAfter: retryAfter);
            _services.Meter.SignIn(reply.Refusal);
            return reply;
        }
        finally
        {
            EndSigningIn();
        }
    }

    public async ValueTask<RegisterReply> Register(string activationCode, string? name)
    {
        _signingIn++;
        try
        {
            // A code has 120 bits: no slow check is needed, and an unknown id and a wrong code differ in nothing that takes time.
            var inMemory = _twin.Turn.Stored is not null;
            var reply = await this.AsReference<IDeviceTwin>().Redeem(activationCode, name);
            return reply.Refusal == Refusal.InvalidActivationCode && inMemory && !await _twin.Profile.CanBeRead()
                ? new RegisterReply(Refusal.Unavailable) : reply;
        }
        finally
        {
            EndSigningIn();
        }
    }

    public ValueTask<RegisterReply> Redeem(string activationCode, string? name) => _twin.Profile.Register(activationCode, name);

    public ValueTask<RegisterReply> Reissue(string keyId, string? name) => _twin.Profile.Reissue(keyId, name);

    public ValueTask<AuthenticateReply> OpenSession(string credential, string? attempt = null, string? better = null) =>
        _twin.Sessions.Open(credential, attempt, better);

    public ValueTask<Refusal> HardenSecret(string weak, string hardened) => _twin.Profile.HardenSecret(weak, hardened);

    public ValueTask<HeartbeatReply> Heartbeat(Heartbeat beat) => _twin.Heartbeat(beat);

    public ValueTask<Refusal> EndSession(Session session) => _twin.EndSession(session);

    public ValueTask<ConnectReply> Connect(DeviceConnectionInfo connection) => _twin.Connect(connection);

    public ValueTask Disconnect(string connectionId) => _twin.Disconnect(connectionId);

    public ValueTask<DeviceReply> Read(string customerId) => _twin.Read(customerId);

    public ValueTask<DeviceReply> Patch(string customerId, DevicePatch patch, string? ifMatch) => _twin.Profile.Patch(customerId, patch, ifMatch);

    public ValueTask<SecretReply> ReplaceSecret(string customerId, SecretReplacement wanted) => _twin.Profile.ReplaceSecret(customerId, wanted);

    public ValueTask<Refusal> Amend(string customerId, Amendment amendment) => _twin.Profile.Amend(customerId, amendment);

    public ValueTask<Refusal> RevokeSession(string customerId) => _twin.Sessions.Revoke(customerId);

    public ValueTask<Refusal> Delete(string customerId) => _twin.Delete(customerId);

    public ValueTask<CommandReply> Send(string customerId, NewCommand command) => _twin.Commands.Send(customerId, command);

    public ValueTask<CommandReply> Cancel(string customerId, string commandId) => _twin.Commands.Cancel(customerId, commandId);

    public ValueTask<CommandReply> Report(CommandReport report) => _twin.Report(report);

    public ValueTask<CommandReply> NextCommand(DeviceConnectionInfo connection) => _twin.NextCommand(connection);

    public ValueTask<ConnectReply> Touch(DeviceConnectionInfo connection) => _twin.Touch(connection);

    public ValueTask<Refusal> ConnectionReady(DeviceConnectionInfo connection) => _twin.ConnectionReady(connection);

    public ValueTask MarkDelivered(string? connectionId, IReadOnlyList<string> commandIds) => _twin.MarkDelivered(connectionId, commandIds);

    public ValueTask Wake() => _twin.Turn.Tick();

    public ValueTask StoreRecovered() => _twin.Turn.Tick();

    public Task ReceiveReminder(string reminderName, TickStatus status) => _twin.Turn.ReminderTick().AsTask();

    /// <summary>
    /// KeepAlive: a twin whose deadline is near is not collected before it. One that waits longer than <see cref="DeviceOptions.LongestIdle"/> may
    /// be, and its reminder wakes it.
    /// </summary>
    void ITwinHost.WakeAfter(TimeSpan due)
    {
        due = due > TimeSpan.Zero ? due : TimeSpan.Zero;
        if (_timer is null)
        {
            _timer = this.RegisterGrainTimer(
                static (twin, _) => twin.Turn.Tick().AsTask(),
                _twin,
                new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        }
        else
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Nobody waits for the answer: a gateway that is gone has no connections.</summary>
    void ITwinHost.EndConnection(DeviceConnectionInfo connection, ConnectionEnd why) =>
        connection.Observer?.End(connection.ConnectionId, why).AsTask().Ignore();

    /// <summary>Nobody waits for this either: the gateway reports what it has written, and what it never reports is handed over again.</summary>
    void ITwinHost.Deliver(DeviceConnectionInfo connection, IReadOnlyList<Command> commands) =>
        connection.Observer?.Deliver(connection.ConnectionId, commands).AsTask().Ignore();

    void ITwinHost.Vouch(DeviceConnectionInfo connection) => connection.Observer?.Alive(connection.ConnectionId).AsTask().Ignore();

    void ITwinHost.Ended(CommandWaiter waiter, Command command) => waiter.Gateway.Ended(waiter.Token, command).AsTask().Ignore();

    void ITwinHost.NeverWake() => _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    Task ITwinHost.RegisterReminder(ReminderPlan plan) =>
        InReminderPlace(() => this.RegisterOrUpdateReminder(ReminderName, plan.Due, plan.Period));

    Task ITwinHost.UnregisterReminder() => InReminderPlace(async () =>
    {
        if (await this.GetReminder(ReminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    });

    /// <summary>
    /// A sign-in waits for a turn of its own twin, and a deactivation waits for the sign-in. So the deactivation comes last: otherwise both
    /// would wait for each other until the call times out.
    /// </summary>
    void ITwinHost.Leave()
    {
        _wantsToLeave = _signingIn > 0;
        if (!_wantsToLeave)
        {
            DeactivateOnIdle();
        }
    }

    /// <summary>The silo shuts down, and others wake its devices; the twin was idle; or it asked for it.</summary>
    private static bool IsForeseen(DeactivationReasonCode reason) =>
        reason is DeactivationReasonCode.ShuttingDown or DeactivationReasonCode.ActivationIdle or DeactivationReasonCode.ApplicationRequested;

    /// <summary>A few at a time: a fleet that connects or leaves at once asks for more than the reminder table can take.</summary>
    private async Task InReminderPlace(Func<Task> work)
    {
        await _services.ReminderPlaces.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            _services.ReminderPlaces.Release();
        }
    }

    private void EndSigningIn()
    {
        if (--_signingIn == 0 && _wantsToLeave)
        {
            DeactivateOnIdle();
        }
    }
}
