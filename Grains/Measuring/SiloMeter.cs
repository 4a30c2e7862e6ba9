using System.Diagnostics.Metrics;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Journal;

namespace Rollcall.Measuring;

/// <summary>Counters of a silo. Without a listener, a count costs the check of a flag.</summary>
internal sealed class SiloMeter(Meter meter) : IChangeSink
{
    private static readonly InstrumentAdvice<int> Sizes = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000] };
    private static readonly InstrumentAdvice<double> Times =
        new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2] };
    private static readonly InstrumentAdvice<double> Lives =
        new() { HistogramBucketBoundaries = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 30, 120, 600, 3_600, 86_400] };
    private readonly Counter<long> _beats = meter.CreateCounter<long>("rollcall.beats", "{beat}", "Beats that reached a twin.");
    private readonly Counter<long> _signIns = meter.CreateCounter<long>("rollcall.sign_ins", "{sign_in}", "Attempts of devices to open a session.");
    private readonly Counter<long> _transitions =
        meter.CreateCounter<long>("rollcall.transitions", "{transition}", "Stored changes between online and offline.");
    private readonly Counter<long> _records =
        meter.CreateCounter<long>("rollcall.journal.records", "{record}", "Records of twins, by what became of them.");
    private readonly Histogram<int> _sizes = meter.CreateHistogram(
        "rollcall.journal.flush.size", "{record}", "Records in one flush.", tags: null, Sizes);
    private readonly Histogram<double> _times =
        meter.CreateHistogram("rollcall.journal.flush.duration", "s", "Time of one flush, from its start to the store's word.", tags: null, Times);
    private readonly Counter<long> _commands =
        meter.CreateCounter<long>("rollcall.commands", "{command}", "Commands that came to a status, as stored.");
    private readonly Histogram<double> _answers =
        meter.CreateHistogram("rollcall.command.duration", "s", "Time from a command's acceptance to the device's result.", tags: null, Lives);
    private readonly Counter<long> _corrected = meter.CreateCounter<long>(
        "rollcall.counts.corrected", "{device}", "Differences between counts and devices that were found and corrected.");
    private int _twins;

    /// <summary>Activations of devices in this silo's memory.</summary>
    public int Twins => Volatile.Read(ref _twins);

    public void TwinLoaded() => Interlocked.Increment(ref _twins);

    public void TwinLeft() => Interlocked.Decrement(ref _twins);

    /// <summary>Counts a heartbeat as stored, heard (202), refused (the device's fault) or unavailable (ours).</summary>
    public void Beat(HeartbeatReply reply)
    {
        if (_beats.Enabled && reply.Refusal != Refusal.StaleActivation)
        {
            _beats.Add(1, By(reply.Refusal switch
            {
                Refusal.None => reply.Stored ? "stored" : "heard",
                Refusal.Unavailable => "unavailable",
                _ => "refused",
            }));
        }
    }

    /// <summary>Counts a sign-in as accepted, refused (wrong secret, unknown or barred device) or unavailable (ours).</summary>
    public void SignIn(Refusal refusal)
    {
        if (_signIns.Enabled && refusal != Refusal.StaleActivation)
        {
            _signIns.Add(1, By(refusal switch
            {
                Refusal.None => "accepted",
                Refusal.Unavailable => "unavailable",
                _ => "refused",
            }));
        }
    }

    /// <summary>Counts what happened in the change.</summary>
    public void Stored(Change change)
    {
        foreach (var what in change.Events)
        {
            switch (what)
            {
                case PresenceChanged { Transition: var transition } when _transitions.Enabled:
                    _transitions.Add(1, new("to", WireNames.Of(transition.To)), new("reason", WireNames.Of(transition.Reason)));
                    break;
                case CommandChanged { Command: var command }:
                    CommandStored(command);
                    break;
            }
        }
    }

    /// <summary>Counts a command's new status, or a late result.</summary>
    private void CommandStored(Command command)
    {
        if (_commands.Enabled)
        {
            _commands.Add(1, new KeyValuePair<string, object?>("status", command.Late ? "late" : WireNames.Of(command.Status)));
        }

        if (command is { Status: CommandStatus.Completed or CommandStatus.Failed, FinishedAt: { } finished })
        {
            _answers.Record((finished - command.CreatedAt).TotalSeconds);
        }
    }

    /// <summary>Counts of customers were wrong by so much together.</summary>
    public void CountsCorrected(long differences) => _corrected.Add(differences);

    public void Flushed(int records, TimeSpan took)
    {
        _sizes.Record(records);
        _times.Record(took.TotalSeconds);
    }

    public void Answered(int records, AppendResult result)
    {
        if (records > 0 && _records.Enabled)
        {
            _records.Add(records, By(WireNames.Of(result)));
        }
    }

    private static KeyValuePair<string, object?> By(string outcome) => new("outcome", outcome);
}
