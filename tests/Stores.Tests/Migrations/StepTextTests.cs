using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Rollcall.Migrations;

/// <summary>
/// A store that has taken a step is never asked about it again: a step that is changed later makes new stores unlike old ones. So what each
/// released file says, without its comments, stands in Steps.sha256.
/// </summary>
public sealed class StepTextTests
{
    private static readonly Dictionary<string, string> s_texts = typeof(SqlStep).Assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).ToDictionary(name => name, Text);

    [Fact]
    public void No_file_of_a_step_has_changed()
    {
        var held = File.ReadAllLines(Path()).Select(line => line.Split("  ")).ToDictionary(parts => parts[1], parts => parts[0]);
        var now = s_texts.ToDictionary(file => file.Key, file => Hash(Said(file.Value)));
        var wrong = held.Where(file => now.GetValueOrDefault(file.Key) != file.Value).Select(file => $"changed: {file.Key}")
            .Concat(now.Where(file => !held.ContainsKey(file.Key)).Select(file => $"new, add this line: {file.Value}  {file.Key}"));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_step_goes_both_ways_in_both_stores()
    {
        var steps = typeof(SqlStep).Assembly.GetTypes().Count(type => type.IsSubclassOf(typeof(SqlStep)));
        foreach (var way in new[] { ".sqlite.up.sql", ".sqlite.down.sql", ".postgres.up.sql", ".postgres.down.sql" })
        {
            Assert.Equal(steps, s_texts.Keys.Count(name => name.EndsWith(way, StringComparison.Ordinal)));
        }
    }

    /// <summary>A command of several is a transaction, in which PostgreSQL makes no index beside the writes.</summary>
    [Fact]
    public void What_works_beside_the_writes_is_a_command_of_its_own() => Assert.All(
        s_texts.Values.Select(Said).Where(text => text.Contains("CONCURRENTLY", StringComparison.OrdinalIgnoreCase)),
        text => Assert.Equal(text.Trim().Length - 1, text.IndexOf(';', StringComparison.Ordinal)));

    /// <summary>FluentMigrator would take it for a value that nobody gives.</summary>
    [Fact]
    public void No_file_has_what_looks_like_a_parameter() =>
        Assert.All(s_texts.Values, text => Assert.DoesNotContain("$(", text, StringComparison.Ordinal));

    private static string Text(string name)
    {
        using var reader = new StreamReader(typeof(SqlStep).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>Without lines of comment.</summary>
    private static string Said(string text) =>
        string.Join('\n', text.Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal)));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Path([CallerFilePath] string here = "") =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "Steps.sha256");
}
