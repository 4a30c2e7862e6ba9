using System.Diagnostics.Metrics;
using System.Globalization;

namespace Rollcall.Admission;

/// <summary>Why a call was answered 503 though nothing is broken.</summary>
internal enum Busy
{
    /// <summary>More twins were to be loaded than can be at a time.</summary>
    Loading,

    /// <summary>It was let in, and not answered in time.</summary>
    Late,

    /// <summary>More chosen secrets were to be checked than the pool takes.</summary>
    Secrets,
}

/// <summary>Counts the calls that were too many, and says it in one line for all of them: when it is over, at the latest every ten seconds.</summary>
internal sealed partial class BusyReport(IMeterFactory meters, TimeProvider clock, ILogger<BusyReport> log) : BackgroundService
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private readonly Counter<long> _refused = meters.Create(Instrumentation.Name)
        .CreateCounter<long>("rollcall.busy", "{call}", "Calls answered 503 because there were too many.");
    private readonly Lock _gate = new();
    private readonly int[] _counts = new int[3];
    private long _first;
    private long _last;
    private int _sum;

    public void Refused(Busy why)
    {
        _refused.Add(1, new KeyValuePair<string, object?>("reason", Text(why)));
        lock (_gate)
        {
            _last = clock.GetTimestamp();
            _first = _sum == 0 ? _last : _first;
            _sum++;
            _counts[(int)why]++;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Say(now: true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var seconds = new PeriodicTimer(Second, clock);
        while (await seconds.WaitForNextTickAsync(stoppingToken))
        {
            Say(now: false);
        }
    }

    private void Say(bool now)
    {
        (int Calls, double Seconds, string Reasons) said;
        lock (_gate)
        {
            if (_sum == 0 || !(now || clock.GetElapsedTime(_last) >= Quiet || clock.GetElapsedTime(_first) >= Longest))
            {
                return;
            }

            said = (_sum, Math.Max(1, clock.GetElapsedTime(_first, _last).TotalSeconds), Reasons());
            _sum = 0;
            Array.Clear(_counts);
        }

        LogBusy(said.Calls, said.Seconds, said.Reasons);
    }

    private string Reasons() => string.Join(", ", Enum.GetValues<Busy>().Where(why => _counts[(int)why] > 0).Select(why =>
        string.Create(CultureInfo.InvariantCulture, $"{_counts[(int)why]} {Text(why)}")));

    private static string Text(Busy why) => why switch { Busy.Loading => "loading", Busy.Late => "late", _ => "secrets" };

    [LoggerMessage(LogLevel.Warning, "busy: {Calls} calls answered 503 in {Seconds:0} s ({Reasons}); each was told when to retry")]
    private partial void LogBusy(int calls, double seconds, string reasons);
}
