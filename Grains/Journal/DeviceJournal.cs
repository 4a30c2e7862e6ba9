using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollcall.Measuring;

namespace Rollcall.Journal;

/// <summary>
/// Group commit, one per silo: takes changes from all twins, writes each flush in one transaction, and returns each twin its result. One
/// flush is in flight at a time, and there is no delay: what arrives during a flush is the next one. A twin has at most one change under way,
/// and a creation has a waiting caller, so the queue is bounded by the twins in memory and the calls under way.
/// </summary>
internal sealed partial class DeviceJournal(
    IDeviceStore store, StoreHealth health, IOptions<JournalOptions> options, SiloMeter meter, TimeProvider clock,
    ILogger<DeviceJournal> log) : IJournal
{
    private readonly JournalOptions _options = options.Value;
    private readonly Channel<Entry> _queue = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    private Task _writing = Task.CompletedTask;
    private int _waiting;

    /// <summary>Changes under way, each with a waiting caller.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Suppresses the flow of the start's activity, which no flush belongs to.</summary>
    public void Start()
    {
        using (ExecutionContext.SuppressFlow())
        {
            _writing = Task.Run(WriteAsync);
        }
    }

    public Task<AppendResult> Append(Change change)
    {
        if (!IsRefused(change))
        {
            var entry = new Entry(change, FlushActivity.Caller());
            Interlocked.Increment(ref _waiting);
            if (_queue.Writer.TryWrite(entry))
            {
                return entry.Result.Task;
            }

            Interlocked.Decrement(ref _waiting);
        }

        meter.Answered(1, AppendResult.Unavailable);
        return Task.FromResult(AppendResult.Unavailable);
    }

    /// <summary>Accepts no more changes and writes what is queued. What cannot be written in time is unavailable.</summary>
    public async Task DrainAsync()
    {
        _queue.Writer.TryComplete();
        try
        {
            await _writing.WaitAsync(_options.DrainTime, clock);
        }
        catch (TimeoutException)
        {
            LogUndrained(_queue.Reader.CanCount ? _queue.Reader.Count : 0);
        }
    }

    /// <summary>True: the store is away. A twin is called when the store is back; a creation has no twin yet.</summary>
    private bool IsRefused(Change change) => change.Base is null ? health.IsAway : health.Refuses(change.DeviceId);

    private async Task WriteAsync()
    {
        var batch = new List<Entry>(_options.MaxRecords);
        while (await _queue.Reader.WaitToReadAsync())
        {
            Gather(batch);
            await FlushAsync(batch);
            Interlocked.Add(ref _waiting, -batch.Count);
            batch.Clear();
        }
    }

    /// <summary>Fills a batch up to the limits of one flush. A single change is written whatever its size.</summary>
    private void Gather(List<Entry> batch)
    {
        var bytes = 0L;
        while (batch.Count < _options.MaxRecords && _queue.Reader.TryPeek(out var next))
        {
            bytes += next.Change.Bytes;
            if (bytes > _options.MaxBytes && batch.Count > 0)
            {
                break;
            }

            _queue.Reader.TryRead(out _);
            batch.Add(next);
        }
    }

    private async Task FlushAsync(List<Entry> batch)
    {
        if (batch.TrueForAll(entry => IsRefused(entry.Change)))
        {
            Answer(batch, AppendResult.Unavailable);
            return;
        }

        try
        {
            var stored = await StoreAsync(batch);
            var written = stored.Count(one => one);
            meter.Answered(written, AppendResult.Stored);

            // A taken id is the caller's error, and not fenced: fenced is a twin beside another one, which operators are alerted of.
            meter.Answered(batch.Where((entry, i) => !stored[i] && entry.Change.Base is not null).Count(), AppendResult.Fenced);
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Result.SetResult(stored[i] ? AppendResult.Stored : AppendResult.Fenced);
            }
        }
        catch (StoreRefusedException refused)
        {
            await Bisect(batch, refused);
        }
        catch (StoreUnavailableException away)
        {
            Lose(batch, AppendResult.Unavailable, away);
        }
        catch (Exception unknown)
        {
            Lose(batch, AppendResult.Unknown, unknown);
        }
    }

    private async Task<bool[]> StoreAsync(List<Entry> batch)
    {
        using var flush = FlushActivity.Start(batch.Select(entry => entry.Caller), batch.Count);
        var began = clock.GetTimestamp();
        try
        {
            return await WriteInTime(batch);
        }
        catch (Exception failed)
        {
            flush?.SetStatus(ActivityStatusCode.Error, failed.GetType().Name);
            throw;
        }
        finally
        {
            meter.Flushed(batch.Count, clock.GetElapsedTime(began));
        }
    }

    private Task<bool[]> WriteInTime(List<Entry> batch)
    {
        var write = store.WriteAsync(batch.ConvertAll(entry => entry.Change), CancellationToken.None);
        return write.IsCompleted ? write : write.WaitAsync(_options.Timeout, clock);
    }

    private async Task Bisect(List<Entry> batch, StoreRefusedException refused)
    {
        if (batch.Count == 1)
        {
            LogRefused(batch[0].Change.DeviceId, refused);
            Answer(batch, AppendResult.Refused);
            return;
        }

        var half = batch.Count / 2;
        await FlushAsync(batch[..half]);
        await FlushAsync(batch[half..]);
    }

    /// <summary>In this order: the recovery knows which twins to call, and a twin that gets its result finds the store away.</summary>
    private void Lose(List<Entry> batch, AppendResult result, Exception why)
    {
        foreach (var entry in batch.Where(entry => entry.Change.Base is not null))
        {
            health.Refused(entry.Change.DeviceId);
        }

        health.Lost(why);
        Answer(batch, result);
    }

    private void Answer(List<Entry> batch, AppendResult result)
    {
        meter.Answered(batch.Count, result);
        batch.ForEach(entry => entry.Result.SetResult(result));
    }

    [LoggerMessage(LogLevel.Warning, "The store rejected a record of {DeviceId}; the rest of its batch is written")]
    private partial void LogRefused(string deviceId, Exception refused);

    [LoggerMessage(LogLevel.Warning, "Stopped with {Count} records not written: the store did not answer in time")]
    private partial void LogUndrained(int count);

    /// <summary>Continuations run asynchronously: otherwise a twin's turn would run inside the flush.</summary>
    private sealed class Entry(Change change, Activity? caller)
    {
        public Change Change { get; } = change;

        public Activity? Caller { get; } = caller;

        public TaskCompletionSource<AppendResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
