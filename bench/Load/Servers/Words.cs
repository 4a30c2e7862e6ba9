using System.Collections.Concurrent;

namespace Rollcall.Load.Servers;

/// <summary>What servers print after they have said that they serve: counted by level and category, and the first of each shown.</summary>
internal sealed class Words
{
    private readonly ConcurrentDictionary<string, int> _lines = new();

    public async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ', 4);
            var kind = words.Length == 4 && words[0].EndsWith('Z') ? $"{words[1]} {words[2].Split('[')[0]}" : "other";
            if (_lines.AddOrUpdate(kind, 1, static (_, count) => count + 1) <= 2)
            {
                await Console.Error.WriteLineAsync(line);
            }
        }
    }

    /// <summary>The counts so far, which begin anew.</summary>
    public string Take()
    {
        var said = _lines.IsEmpty
            ? "none" : string.Join(", ", _lines.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Value} x {one.Key}"));
        _lines.Clear();
        return said;
    }
}
