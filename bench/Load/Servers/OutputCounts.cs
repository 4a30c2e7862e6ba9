using System.Collections.Concurrent;

namespace Rollcall.Load.Servers;

/// <summary>Counts what servers print once they serve, by level and category, and shows the first of each.</summary>
internal sealed class OutputCounts
{
    private readonly ConcurrentDictionary<string, int> _lines = new();

    public async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            var parts = line.Split(' ', 4);
            var kind = parts.Length == 4 && parts[0].EndsWith('Z') ? $"{parts[1]} {parts[2].Split('[')[0]}" : "other";
            if (_lines.AddOrUpdate(kind, 1, static (_, count) => count + 1) <= 2)
            {
                await Console.Error.WriteLineAsync(line);
            }
        }
    }

    /// <summary>The counts so far; they are reset.</summary>
    public string Take()
    {
        var text = _lines.IsEmpty
            ? "none" : string.Join(", ", _lines.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Value} x {one.Key}"));
        _lines.Clear();
        return text;
    }
}
