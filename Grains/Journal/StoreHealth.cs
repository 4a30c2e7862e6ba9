using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollcall.Devices;
using Rollcall.Outages;

namespace Rollcall.Journal;

/// <summary>
/// Knows whether the store can be written to. After a failed flush a probe runs until it succeeds; then the twins that were refused are
/// called, some at a time, and each appends what is pending.
/// </summary>
internal sealed partial class StoreHealth(
    IDeviceStore store, OutageMonitor outages, IGrainFactory grains, IOptions<JournalOptions> options, TimeProvider clock,
    ILogger<StoreHealth> log) : IDisposable
{
    // Bounded by the twins in memory: only a twin appends.
    private readonly ConcurrentDictionary<string, byte> _refused = new();
    private readonly CancellationTokenSource _stop = new();
    private int _away;

    public bool IsAway => Volatile.Read(ref _away) == 1;

    /// <summary>
    /// True: the store is away, and the twin will be called when it is back. Checks twice: a recovery in between has made its list already,
    /// and would leave this twin out.
    /// </summary>
    public bool Refuses(string deviceId)
    {
        if (!IsAway)
        {
            return false;
        }

        Refused(deviceId);
        return IsAway;
    }

    public void Refused(string deviceId) => _refused[deviceId] = 0;

    public void Lost(Exception why)
    {
        if (Interlocked.Exchange(ref _away, 1) == 0)
        {
            outages.StoreLost();
            LogLost(why.Message);
            LogWhy(why);
            _ = Task.Run(RecoverAsync);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task RecoverAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(options.Value.ProbePeriod, clock, _stop.Token);
                await store.ProbeAsync(_stop.Token);
                break;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception still)
            {
                LogStillAway(still);
            }
        }

        outages.StoreBack();
        Volatile.Write(ref _away, 0);
        await CallRefused();
    }

    private async Task CallRefused()
    {
        var ids = _refused.Keys.ToArray();
        LogBack(ids.Length);
        var width = new ParallelOptions { MaxDegreeOfParallelism = options.Value.RecoveryWidth };
        await Parallel.ForEachAsync(ids, width, async (id, _) =>
        {
            // Before the call: a twin that is refused again during it must be called again.
            _refused.TryRemove(id, out byte _);
            try
            {
                await grains.GetGrain<IDeviceTwin>(Keys.Device(id)).StoreRecovered();
            }
            catch (Exception failed)
            {
                // The device's next heartbeat or the twin's timer does the same.
                LogNotCalled(id, failed);
            }
        });
    }

    [LoggerMessage(LogLevel.Error, "The store is away ({Why}): beats are kept in memory and answered 202; nobody goes offline meanwhile")]
    private partial void LogLost(string why);

    [LoggerMessage(LogLevel.Debug, "The failure after which the store counts as away")]
    private partial void LogWhy(Exception why);

    [LoggerMessage(LogLevel.Debug, "The store is still away")]
    private partial void LogStillAway(Exception why);

    [LoggerMessage(LogLevel.Information, "The store is back: {Count} devices are caught up")]
    private partial void LogBack(int count);

    [LoggerMessage(LogLevel.Debug, "Twin {DeviceId} could not be called after the store came back")]
    private partial void LogNotCalled(string deviceId, Exception why);
}
