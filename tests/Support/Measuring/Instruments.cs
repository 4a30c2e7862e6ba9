using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Rollcall.Support.Measuring;

/// <summary>Listens to one host's instruments of ours, as a collector would; other hosts in this process are not heard.</summary>
public sealed class Instruments : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _sums = new();
    private readonly ConcurrentDictionary<string, double> _seen = new();

    public Instruments(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Instrumentation.Name && instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All that was counted or recorded, under <c>name</c> or <c>name tag tag</c> in the order of the tags.</summary>
    public double Sum(string key) => _sums.GetValueOrDefault(key);

    /// <summary>What an observed instrument says now.</summary>
    public double Now(string key)
    {
        _listener.RecordObservableInstruments();
        return _seen[key];
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = instrument.Name;
        foreach (var (_, tag) in tags)
        {
            key += " " + Convert.ToString(tag, CultureInfo.InvariantCulture);
        }

        if (instrument.IsObservable)
        {
            _seen[key] = value;
        }
        else
        {
            _sums.AddOrUpdate(key, value, (_, sum) => sum + value);
        }
    }
}
