using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rollcall.Running;

namespace Rollcall.Http.Reference;

/// <summary>
/// What is served as the reference stands in docs/openapi.json, so that a change of an endpoint shows what it changes for callers. Members are
/// in the order of their names: what is moved in the code does not move in the file.
/// </summary>
public sealed class ReferenceFileTests(SharedGateway shared)
{
    private const string Rewrite = "REWRITE_REFERENCE";

    private static readonly JsonSerializerOptions s_readable =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task What_is_served_is_what_the_file_says()
    {
        var served = Sorted(JsonNode.Parse((await shared.Gateway.Nobody.GetAsync("/openapi/v1.json")).Is(200).Text))!;
        var text = served.ToJsonString(s_readable) + "\n";
        if (Environment.GetEnvironmentVariable(Rewrite) is not null)
        {
            await File.WriteAllTextAsync(Path(), text, TestContext.Current.CancellationToken);
        }

        var file = await File.ReadAllTextAsync(Path(), TestContext.Current.CancellationToken);
        Assert.True(
            file == text,
            "docs/openapi.json is not what is served. When the difference is wanted, this writes the file:\n"
            + $"{Rewrite}=1 dotnet test --project tests/Gateway.Tests -- --filter-class \"*{nameof(ReferenceFileTests)}\"\n"
            + Difference(JsonNode.Parse(file)!, served));
    }

    [Fact]
    public void A_difference_names_the_place_and_both_values() => Assert.Equal(
        [
            "- a.b.limit.maximum: 200",
            "- a.c: [\"x\",\"y\"]",
            "+ a.b.status: {}",
            "+ a.b.limit.maximum: 100",
            "+ a.c: [\"x\"]",
        ],
        Difference(
            JsonNode.Parse("""{"a":{"b":[{"name":"limit","maximum":200}],"c":["x","y"]}}""")!,
            JsonNode.Parse("""{"a":{"b":[{"name":"status"},{"name":"limit","maximum":100}],"c":["x"]}}""")!).Split('\n'));

    private static JsonNode? Sorted(JsonNode? json) => json switch
    {
        JsonObject members => new JsonObject(
            members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => json?.DeepClone(),
    };

    /// <summary>A line for each value, with the place where it stands: lines of JSON alone would not say which limit has changed.</summary>
    private static string Difference(JsonNode file, JsonNode served)
    {
        var (before, after) = (Lines(file, "").ToArray(), Lines(served, "").ToArray());
        return string.Join('\n', before.Except(after).Select(line => "- " + line).Concat(after.Except(before).Select(line => "+ " + line)));
    }

    private static IEnumerable<string> Lines(JsonNode? json, string place) => json switch
    {
        JsonObject { Count: > 0 } members =>
            members.Where(member => !IsName(member)).SelectMany(member => Lines(member.Value, place + "." + member.Key))
                .DefaultIfEmpty($"{place.TrimStart('.')}: {{}}"),
        JsonArray items when items.Any(item => item is JsonObject) =>
            items.SelectMany((item, index) => Lines(item, $"{place}.{(item as JsonObject)?["name"]?.ToString() ?? $"{index}"}")),
        _ => [$"{place.TrimStart('.')}: {json?.ToJsonString(s_compact) ?? "null"}"],
    };

    /// <summary>A parameter's stands in its place already.</summary>
    private static bool IsName(KeyValuePair<string, JsonNode?> member) => member.Key == "name" && member.Value is JsonValue;

    private static string Path([CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "../../../../docs/openapi.json"));
}
