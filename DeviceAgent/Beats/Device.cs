using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Connection;
using Rollcall.DeviceAgent.Metrics;
using Rollcall.DeviceAgent.State;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Beats;

/// <summary>
/// One device: registers, authenticates, beats, one call at a time. Ends only when it is stopped;
/// the policy decides what an answer means.
/// </summary>
internal sealed partial class Device(
    DeviceKey key,
    GatewayClient gateway,
    IDeviceState state,
    IMetricSource metrics,
    BeatPolicy policy,
    DeviceLog log,
    TimeSpan interval,
    TimeProvider clock,
    Random random,
    LiveConnection? connection = null,
    CommandLoop? commands = null)
{
    private readonly string _apiUrl = gateway.ApiUrl.AbsoluteUri;
    private readonly BeatPacing _pacing = new(interval, clock, random, key.Interval);
    private string? _secret = key.Secret;
    private RenewableToken? _session;
    private Progress _progress;
    private Progress _renewal;

    public string Id => key.DeviceId;

    public DeviceStats Stats { get; } = new(clock);

    /// <summary>The time between two beats.</summary>
    public TimeSpan Pace => _pacing.Current;

    /// <param name="stop">Ends the loop between two calls.</param>
    /// <param name="abandon">Ends a call on its way.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abandon)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _restart.Token);
        Resume();
        var connecting = connection?.RunAsync(either.Token);
        var executing = commands?.RunAsync(this, either.Token);
        await BeatUntilAsync(either.Token, abandon);
        await (connecting ?? Task.CompletedTask);
        await (executing ?? Task.CompletedTask);
    }

    private async Task BeatUntilAsync(CancellationToken stop, CancellationToken abandon)
    {
        while (!stop.IsCancellationRequested && !abandon.IsCancellationRequested)
        {
            try
            {
                var (lost, woken) = (connection?.Lost(), _pacing.Woken());
                var delay = await StepAsync(abandon);
                await (_session is null || _progress.Failures > 0
                    ? _pacing.PauseAsync(delay, stop) : _pacing.PauseAsync(delay, lost, woken, stop));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested || abandon.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private void Resume()
    {
        if (_secret is not null && state.FindSession(key.DeviceId, _apiUrl) is { } stored)
        {
            _session = RenewableToken.Resume(stored, clock, random);
            connection?.Use(_session.Token);
            log.Resumed();
        }
    }

    private async Task<TimeSpan> StepAsync(CancellationToken abandon)
    {
        try
        {
            if (_secret is null)
            {
                return await RegisterAsync(abandon);
            }

            return _session is null ? await AuthenticateAsync(abandon) : await BeatAsync(_session, abandon);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // No failure ends the beats, not even an unexpected one.
            log.Surprised(error);
            Stats.Fail(error.GetType().Name);
            var next = policy.Decide(Step.Beat, Answer.None("own fault"), _progress, Pace);
            _progress = next.Progress;
            return next.Delay;
        }
    }

    private async Task<TimeSpan> RegisterAsync(CancellationToken abandon)
    {
        var (code, enrolment) = (key.Provisioning.ActivationCode, key.Provisioning.EnrolmentKey);
        var request = new RegisterRequest(key.DeviceId, code, code is null ? enrolment : null);
        var (answer, body) = await gateway.RegisterAsync(request, abandon);
        if (answer.Success && body?.DeviceSecret is not { Length: > 0 })
        {
            answer = Answer.None("a registration without a secret");
        }

        var next = policy.Decide(Step.Register, answer, _progress, Pace);
        _progress = next.Progress;
        if (!answer.Success)
        {
            return Failed(Step.Register, answer, next);
        }

        _secret = body!.DeviceSecret;
        state.KeepSecret(key.DeviceId, _secret!);
        log.Registered();
        return next.Delay;
    }

    private async Task<TimeSpan> AuthenticateAsync(CancellationToken abandon)
    {
        var answer = await OpenSessionAsync(abandon);
        var next = policy.Decide(Step.Authenticate, answer, _progress, Pace);
        _progress = next.Progress;
        return answer.Success ? next.Delay : Failed(Step.Authenticate, answer, next);
    }

    private async Task<Answer> OpenSessionAsync(CancellationToken abandon)
    {
        var (answer, body) = await gateway.AuthenticateAsync(new AuthRequest(key.DeviceId, _secret!), abandon);
        if (!answer.Success)
        {
            return answer;
        }

        if (body?.Token is not { } token || !StoredSession.IsFit(token))
        {
            return Answer.None("a session without a usable token");
        }

        _session = RenewableToken.Begin(token, body.ExpiresIn, clock, random);
        connection?.Use(token);
        _renewal = default;
        _pacing.Told(body.HeartbeatInterval);
        state.KeepSession(new StoredSession(key.DeviceId, _apiUrl, token, clock.GetUtcNow(), body.ExpiresIn ?? 0));
        log.Authenticated();
        return answer;
    }

    private async Task<TimeSpan> BeatAsync(RenewableToken session, CancellationToken abandon)
    {
        var began = clock.GetTimestamp();
        var beat = new BeatRequest(key.Status, metrics.Read());
        var overSocket = connection is null ? null : await connection.BeatAsync(session.Token, beat, abandon);
        var (answer, body) = overSocket ?? await gateway.BeatAsync(session.Token, beat, abandon);
        if (answer.Success)
        {
            _pacing.Told(body?.NextHeartbeat, otherwise: interval);
        }

        var before = _progress;
        var next = policy.Decide(Step.Beat, answer, _progress, Pace, tokenIsCurrent: session.Token == _session?.Token);
        _progress = next.Progress;
        if (!answer.Success)
        {
            return Failed(Step.Beat, answer, next);
        }

        foreach (var command in body?.Commands ?? [])
        {
            commands?.Offer(command);
        }

        log.Accepted(answer, next.Delay, before.Failures, first: Stats.Accepted == 0);
        Stats.Accept(body?.Timestamp);
        await RenewWhenDueAsync(session, abandon);
        return _pacing.Remainder(began, next.Delay);
    }

    /// <summary>The old token is used until the new one is there: a renewal that fails costs no beat.</summary>
    private async Task RenewWhenDueAsync(RenewableToken session, CancellationToken abandon)
    {
        if (!session.RenewalDue(clock))
        {
            return;
        }

        var answer = await OpenSessionAsync(abandon);
        var next = policy.Decide(Step.Authenticate, answer, _renewal, Pace);
        if (!answer.Success)
        {
            _renewal = next.Progress;
            _progress = BeatPolicy.IsUnsure(answer) ? _progress with { Doubt = BeatPolicy.Settling } : _progress;
            _session = session.RenewIn(next.Delay, clock);
            log.Failed(Step.Authenticate, answer, next);
        }
    }

    private TimeSpan Failed(Step step, Answer answer, Next next)
    {
        Stats.Fail($"{answer}");
        log.Failed(step, answer, next);
        if (next.DropSession && _session is not null)
        {
            _session = null;
            connection?.Use(null);
            state.KeepSession(null);
        }

        return next.Delay;
    }
}
