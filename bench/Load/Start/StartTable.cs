using System.Globalization;
using System.Text;

namespace Rollcall.Load.Start;

/// <summary>Times by what was timed: the median, and the longest.</summary>
internal sealed class StartTable
{
    private readonly List<(string Name, List<double> Milliseconds)> _rows = [];
    private readonly List<string> _faults = [];

    public bool IsFaultless => _faults.Count == 0;

    public void Add(string name, TimeSpan took)
    {
        var row = _rows.Find(one => one.Name == name).Milliseconds;
        if (row is null)
        {
            _rows.Add((name, row = []));
        }

        row.Add(took.TotalMilliseconds);
    }

    public void Fail(string what) => _faults.Add(what);

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, times) in _rows)
        {
            times.Sort();
            text.AppendLine(CultureInfo.InvariantCulture,
                $"  {name,-38} median {times[times.Count / 2],7:F1} ms, most {times[^1],7:F1} ms, of {times.Count}");
        }

        _faults.ForEach(fault => text.AppendLine(CultureInfo.InvariantCulture, $"  FAULT {fault}"));
        return text.ToString();
    }
}
