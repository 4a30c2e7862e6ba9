using Rollcall.Devices;

namespace Rollcall.Admission;

/// <summary>
/// Lets devices in. One whose twin is in memory passes at once; one whose twin must be loaded first takes a permit, of which there
/// are few enough that what is taken in is answered in time, however many come at once after a restart. Sign-ins have permits of
/// their own: whoever has a session does not wait for them. Should even those that pass at once be too many, the rest takes permits, too.
/// </summary>
internal sealed class AdmissionControl(GatewaySettings settings, BusyReport report, TimeProvider clock) : IDisposable
{
    /// <summary>Warm calls under way at a time, as a multiple of the permits: they cost a fraction of a cold one.</summary>
    private const int WarmShare = 8;

    private readonly int _mostWarm = WarmShare * settings.Admission.Permits;
    private readonly WarmDevices _warm = new(clock);
    private readonly PermitQueue _sessions = new(settings.Admission, clock);
    private readonly PermitQueue _signIns = new(settings.Admission, clock);
    private int _underWay;

    /// <summary>For a call with a session.</summary>
    public ValueTask<AdmissionPermit> EnterAsync(string deviceId) =>
        Passes(deviceId) ? new(new AdmissionPermit(this)) : TakeAsync(_sessions, deviceId);

    /// <summary>For a call that brings a secret, a code or a key.</summary>
    public ValueTask<AdmissionPermit> SignInAsync(string deviceId) =>
        Passes(deviceId) ? new(new AdmissionPermit(this)) : TakeAsync(_signIns, deviceId);

    /// <summary>A call was let in, and not answered in time.</summary>
    /// <returns>Seconds after which it may be made again.</returns>
    public int Late()
    {
        report.Refused(Busy.Late);
        return _sessions.RetryAfter();
    }

    /// <summary>The pool of slow checks had no room for a sign-in.</summary>
    public void SecretsWait() => report.Refused(Busy.Secrets);

    public void Dispose()
    {
        _warm.Dispose();
        _sessions.Dispose();
        _signIns.Dispose();
    }

    internal void Served(string deviceId) => _warm.Add(deviceId);

    internal void Passed() => Interlocked.Decrement(ref _underWay);

    private bool Passes(string deviceId)
    {
        if (!_warm.Has(deviceId))
        {
            return false;
        }

        if (Interlocked.Increment(ref _underWay) <= _mostWarm)
        {
            return true;
        }

        Interlocked.Decrement(ref _underWay);
        return false;
    }

    private async ValueTask<AdmissionPermit> TakeAsync(PermitQueue queue, string deviceId)
    {
        var seconds = await queue.EnterAsync();
        if (seconds == 0)
        {
            return new AdmissionPermit(this, queue, deviceId, clock.GetTimestamp());
        }

        report.Refused(Busy.Loading);
        return new AdmissionPermit(seconds);
    }
}

/// <summary>Leave to call a twin; to be disposed when it has answered.</summary>
internal readonly struct AdmissionPermit : IDisposable
{
    private readonly AdmissionControl? _admission;
    private readonly PermitQueue? _queue;
    private readonly string? _deviceId;
    private readonly long _since;

    public AdmissionPermit(int retryAfter) => RetryAfter = retryAfter;

    public AdmissionPermit(AdmissionControl admission) => _admission = admission;

    public AdmissionPermit(AdmissionControl admission, PermitQueue queue, string deviceId, long since) =>
        (_admission, _queue, _deviceId, _since) = (admission, queue, deviceId, since);

    /// <summary>Seconds after which there may be one; 0: this is one.</summary>
    public int RetryAfter { get; }

    public bool IsRefused => RetryAfter > 0;

    /// <summary>Takes down that the twin is in memory, when it has served.</summary>
    public void Served(Refusal refusal)
    {
        if (_deviceId is not null && refusal == Refusal.None)
        {
            _admission!.Served(_deviceId);
        }
    }

    public void Dispose()
    {
        if (_queue is not null)
        {
            _queue.Leave(_since);
        }
        else
        {
            _admission?.Passed();
        }
    }
}

/// <summary>Registers the admission.</summary>
internal static class AdmissionHosting
{
    public static IServiceCollection AddAdmission(this IServiceCollection services) => services
        .AddSingleton<AdmissionControl>()
        .AddSingleton<BusyReport>()
        .AddHostedService(provider => provider.GetRequiredService<BusyReport>());
}
