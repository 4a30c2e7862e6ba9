using System.Text.Json;

namespace Rollcall.Crashes;

/// <summary>What the agents of a folder have written down of their commands, read after each of their lives: what none may have done twice.</summary>
internal sealed class AgentJournal(string folder)
{
    private readonly Dictionary<string, int> _begun = [];
    private readonly Dictionary<string, string?> _known = [];
    private string _written = "";

    /// <summary>Ids of commands that were begun.</summary>
    public IReadOnlyCollection<string> Begun => _begun.Keys;

    /// <summary>Ids that were begun more often than once.</summary>
    public IReadOnlyList<string> Twice => [.. _begun.Where(one => one.Value > 1).Select(one => one.Key)];

    /// <summary>Reports that agents noted as their commands' ends.</summary>
    public Dictionary<string, string> Reports { get; } = [];

    /// <summary>Several as one: no two of them have a command in common.</summary>
    public static AgentJournal Of(IEnumerable<AgentJournal> journals)
    {
        var all = new AgentJournal("");
        foreach (var journal in journals)
        {
            journal._begun.ToList().ForEach(one => all._begun.Add(one.Key, one.Value));
            journal.Reports.ToList().ForEach(one => all.Reports.Add(one.Key, one.Value));
        }

        return all;
    }

    /// <summary>
    /// To be called when an agent is dead, before the next begins: that one writes the file anew, with the lines of what is not settled.
    /// </summary>
    public void Read()
    {
        var file = Path.Combine(folder, "fleet-commands.jsonl");
        var written = File.Exists(file) ? File.ReadAllText(file) : "";

        // An agent that was killed before it had read its journal has left it as it was.
        var isSame = written.StartsWith(_written, StringComparison.Ordinal);
        var carried = isSame ? [] : _known.Where(one => one.Value == "begun").Select(one => one.Key).ToHashSet();
        var fresh = isSame ? written[_written.Length..] : written;
        _written = written;
        foreach (var line in fresh.Split('\n').Select(Parse).OfType<JsonElement>())
        {
            var id = line.GetProperty("id").GetString()!;
            if (line.TryGetProperty("settled", out _))
            {
                _known[id] = "settled";
            }
            else if (line.TryGetProperty("report", out var report))
            {
                _known[id] = "ended";
                Reports[id] = report.GetProperty("status").GetString()!;
            }
            else if (!carried.Remove(id))
            {
                _known[id] = "begun";
                _begun[id] = _begun.GetValueOrDefault(id) + 1;
            }
        }
    }

    private static JsonElement? Parse(string line)
    {
        try
        {
            return line.Length == 0 ? null : JsonElement.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
