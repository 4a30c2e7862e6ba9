using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rollcall.Commands;
using Rollcall.Http.Problems;

namespace Rollcall.Http;

/// <summary>JSON that is checked, and passed on as it was received.</summary>
internal static class JsonText
{
    /// <summary>The most levels of arrays and objects. JSON readers usually accept 64; other JSON is put around this.</summary>
    private const int Deepest = 32;

    /// <summary>The value is absent or a JSON null.</summary>
    public static bool IsNull(JsonElement? value) => value is null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined };

    /// <summary>The text of a value; null when it is absent or a JSON null. To be called after <see cref="Check"/>.</summary>
    /// <exception cref="InvalidOperationException">It is not UTF-8.</exception>
    public static string? Of(JsonElement? value) => IsNull(value) ? null : value!.Value.GetRawText();

    /// <summary>Checks a value: its size, its depth, that its numbers are finite, and that its texts are Unicode without U+0000.</summary>
    public static Problem? Check(string member, JsonElement? value, int mostBytes)
    {
        try
        {
            return CheckText(member, value, mostBytes);
        }
        catch (InvalidOperationException)
        {
            return Problem.Invalid(member, "must be UTF-8.");
        }
    }

    private static Problem? CheckText(string member, JsonElement? value, int mostBytes) =>
        Of(value) is not { } text ? null
        : Encoding.UTF8.GetByteCount(text) > mostBytes ? Problem.TooLarge($"{member} has at most {mostBytes} bytes.")
        : IsDeeper(value!.Value, Deepest) ? Problem.Invalid(member, $"must not be nested deeper than {Deepest} levels.")
        : !IsClean(value.Value) ? Problem.Invalid(member, "must be Unicode without U+0000.")
        : IsFinite(value.Value) ? null
        : Problem.Invalid(member, "must hold finite numbers alone, as a double has them: none beyond 1.8e308.");

    /// <summary>Most readers would read another number as infinity, and some would fail.</summary>
    private static bool IsFinite(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetDouble(out var number) && double.IsFinite(number),
        JsonValueKind.Array => value.EnumerateArray().All(IsFinite),
        JsonValueKind.Object => value.EnumerateObject().All(member => IsFinite(member.Value)),
        _ => true,
    };

    private static bool IsDeeper(JsonElement value, int levels) => value.ValueKind switch
    {
        JsonValueKind.Array => levels == 0 || value.EnumerateArray().Any(item => IsDeeper(item, levels - 1)),
        JsonValueKind.Object => levels == 0 || value.EnumerateObject().Any(member => IsDeeper(member.Value, levels - 1)),
        _ => false,
    };

    private static bool IsClean(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => IsClean(value.GetString),
        JsonValueKind.Array => value.EnumerateArray().All(IsClean),
        JsonValueKind.Object => value.EnumerateObject().All(member => IsClean(() => member.Name) && IsClean(member.Value)),
        _ => true,
    };

    /// <summary>Half a surrogate pair, or bytes that are not UTF-8, throw when the text is read.</summary>
    private static bool IsClean(Func<string?> text)
    {
        try
        {
            return text()?.Contains('\0', StringComparison.Ordinal) == false;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}

/// <summary>Writes JSON exactly as it was received: encoded again it could have six bytes for one, and be larger than may be sent.</summary>
internal sealed class RawJsonConverter : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.GetRawText(), skipInputValidation: true);
}
