using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>Reads rows for twins, grouped like the writes: when a whole fleet is activated, one statement serves up to 2,000 twins.</summary>
internal sealed partial class DeviceReader(
    IDeviceStore store, StoreHealth health, IOptions<JournalOptions> options, TimeProvider clock, ILogger<DeviceReader> log) : IDeviceReader
{
    private readonly Channel<Request> _queue = Channel.CreateUnbounded<Request>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>The last batch could not be read: it was logged once, and repeated failures are not.</summary>
    private bool _failing;

    public void Start()
    {
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(ReadAsync);
        }
    }

    public void Stop() => _queue.Writer.TryComplete();

    public Task<DeviceRow?> Read(string deviceId)
    {
        var request = new Request(deviceId);
        return !health.IsAway && _queue.Writer.TryWrite(request)
            ? request.Row.Task
            : Task.FromException<DeviceRow?>(new StoreUnavailableException("The store is away."));
    }

    private async Task ReadAsync()
    {
        var batch = new List<Request>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < options.Value.MaxRecords && _queue.Reader.TryRead(out var request))
            {
                batch.Add(request);
            }

            await Answer(batch);
            batch.Clear();
        }
    }

    private async Task Answer(List<Request> batch)
    {
        try
        {
            var ids = batch.Select(request => request.DeviceId).Distinct().ToArray();
            var read = store.ReadAsync(ids, CancellationToken.None);
            var rows = (await read.WaitAsync(options.Value.Timeout, clock)).ToDictionary(row => row.DeviceId);
            _failing = false;
            foreach (var request in batch)
            {
                request.Row.SetResult(rows.GetValueOrDefault(request.DeviceId));
            }
        }
        catch (Exception failed)
        {
            LogFailed(_failing ? LogLevel.Debug : LogLevel.Warning, batch.Count, failed);
            _failing = true;
            foreach (var request in batch)
            {
                request.Row.TrySetException(new StoreUnavailableException("The store cannot be read.", failed));
            }
        }
    }

    [LoggerMessage("Could not read {Count} devices")]
    private partial void LogFailed(LogLevel level, int count, Exception why);

    private sealed class Request(string deviceId)
    {
        public string DeviceId { get; } = deviceId;

        public TaskCompletionSource<DeviceRow?> Row { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
