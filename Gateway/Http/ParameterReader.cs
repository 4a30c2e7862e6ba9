using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;
using Microsoft.OpenApi;
using Rollcall.Fleet;

namespace Rollcall.Http;

/// <summary>Describes a parameter to the reference.</summary>
internal sealed record Parameter(ParameterLocation In, string Name, string? Description, OpenApiSchema Schema);

/// <summary>
/// Reads parameters of the query string and of headers, and collects what is wrong with them. Without a request it records which ones are read, for
/// the reference.
/// </summary>
internal sealed class ParameterReader(HttpRequest? request)
{
    /// <summary>Null with a request: then no schema is made.</summary>
    private readonly List<Parameter>? _described = request is null ? [] : null;

    public Validation Validation { get; } = new();

    public IReadOnlyList<Parameter> Described => _described ?? [];

    /// <summary>A text to search for, of the form of <see cref="SearchText"/>; null: none.</summary>
    public string? Search(string name, string description)
    {
        _described?.Add(Query(name, description, new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = SearchText.Longest }));
        var text = Text(name);
        if (!SearchText.IsValid(text))
        {
            Validation.Add(name, $"must be {SearchText.Rule}.");
        }

        return text;
    }

    /// <summary>The number of entries of a page.</summary>
    public int Limit(int usual, int most)
    {
        _described?.Add(Query("limit", "Entries a page.", Whole(least: 1, most, usual)));
        if (Text("limit") is not { } text)
        {
            return usual;
        }

        if (WholeNumber.TryParse(text, out var limit) && limit >= 1 && limit <= most)
        {
            return (int)limit;
        }

        Validation.Add("limit", $"must be a whole number from 1 to {most}.");
        return usual;
    }

    /// <summary>Where the page begins: after the end of the previous one.</summary>
    public T? Cursor<T>(Cursor<T> list, string description = "nextCursor of the former page.")
    {
        _described?.Add(Query("cursor", description, new OpenApiSchema { Type = JsonSchemaType.String }));
        if (Text("cursor") is not { } cursor)
        {
            return default;
        }

        if (!list.TryRead(cursor, out var place))
        {
            Validation.Add("cursor", "is not one of this list's.");
        }

        return place;
    }

    /// <summary>A whole number that is not negative; null: none.</summary>
    public long? Number(string name, string description)
    {
        _described?.Add(Query(name, description, Whole(least: 0)));
        return ReadNumber(name);
    }

    /// <summary>Whole seconds; default 0.</summary>
    public TimeSpan Seconds(string name, string description, int most)
    {
        _described?.Add(Query(name, description, Whole(least: 0, most, usual: 0)));
        var seconds = ReadNumber(name) ?? 0;
        if (seconds > most)
        {
            Validation.Add(name, $"must be 0 to {most} seconds.");
        }

        return TimeSpan.FromSeconds(Math.Min(seconds, most));
    }

    /// <summary>One of an enum's names; null: none.</summary>
    public T? Name<T>(string name, string description) where T : struct, Enum
    {
        _described?.Add(Query(name, description, new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = [.. Enum.GetValues<T>().Select(value => (JsonNode)WireNames.Of(value))],
        }));
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (WireNames.TryParse<T>(text, out var value))
        {
            return value;
        }

        Validation.Add(name, $"must be one of {string.Join(", ", Enum.GetValues<T>().Select(WireNames.Of))}.");
        return null;
    }

    /// <summary>true or false; default false.</summary>
    public bool Flag(string name, string description)
    {
        _described?.Add(Query(name, description, new OpenApiSchema { Type = JsonSchemaType.Boolean, Default = false }));
        var text = Text(name);
        if (text is not (null or "true" or "false"))
        {
            Validation.Add(name, "must be true or false.");
        }

        return text == "true";
    }

    /// <summary>A header of 1 to <paramref name="most"/> visible ASCII characters; null: none.</summary>
    public string? VisibleHeader(string name, string description, int most)
    {
        _described?.Add(new Parameter(
            ParameterLocation.Header, name, description,
            new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = most, Pattern = "^[!-~]+$" }));
        string? text = request?.Headers[name];
        if (text is not null && (text.Length is 0 || text.Length > most || text.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            Validation.Add(name, $"must be 1 to {most} visible ASCII characters.");
        }

        return text;
    }

    /// <summary>A header, unchecked.</summary>
    public StringValues Header(string name, string description)
    {
        _described?.Add(new Parameter(ParameterLocation.Header, name, description, new OpenApiSchema { Type = JsonSchemaType.String }));
        return request?.Headers[name] ?? default;
    }

    private string? Text(string name)
    {
        var given = request?.Query[name] ?? default;
        if (given.Count > 1)
        {
            Validation.Add(name, "must be given once.");
        }

        return given is [{ Length: > 0 } text, ..] ? text : null;
    }

    private long? ReadNumber(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (!WholeNumber.TryParse(text, out var number))
        {
            Validation.Add(name, "must be a whole number, not negative.");
        }

        return number;
    }

    private static Parameter Query(string name, string description, OpenApiSchema schema) =>
        new(ParameterLocation.Query, name, description, schema);

    private static OpenApiSchema Whole(int least, int? most = null, int? usual = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Minimum = least.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Maximum = most?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Default = usual,
    };
}
