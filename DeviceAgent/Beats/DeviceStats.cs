namespace Rollcall.DeviceAgent.Beats;

/// <summary>Counters and times of one device; written by its loop, read by the health page and the summary.</summary>
internal sealed class DeviceStats(TimeProvider clock)
{
    private long _lastAccepted = clock.GetTimestamp();
    private long _accepted;
    private long _errors;
    private volatile string? _lastHeartbeat;
    private volatile string? _trouble;

    public long Accepted => Interlocked.Read(ref _accepted);

    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>The server's time of the last accepted beat.</summary>
    public string? LastHeartbeat => _lastHeartbeat;

    /// <summary>Why the last step failed; null when it did not.</summary>
    public string? Trouble => _trouble;

    public bool Online => Accepted > 0 && _trouble is null;

    /// <summary>Time since the last accepted beat; before the first one, since the start.</summary>
    public TimeSpan SinceLastBeat => clock.GetElapsedTime(Interlocked.Read(ref _lastAccepted));

    public void Accept(string? timestamp)
    {
        Interlocked.Increment(ref _accepted);
        Interlocked.Exchange(ref _lastAccepted, clock.GetTimestamp());
        _lastHeartbeat = timestamp ?? _lastHeartbeat;
        _trouble = null;
    }

    public void Fail(string trouble)
    {
        Interlocked.Increment(ref _errors);
        _trouble = trouble;
    }
}
