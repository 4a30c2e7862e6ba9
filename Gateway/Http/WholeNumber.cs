using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rollcall.Http;

/// <summary>
/// Reads whole numbers in every spelling that clients use: where all numbers are doubles, 3600 is written as <c>3600.0</c>, and some write
/// <c>6e1</c>. A number with a fraction is refused.
/// </summary>
internal static class WholeNumber
{
    private const NumberStyles Written = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign;

    /// <returns>False: it has a fraction, or more than 64 bits.</returns>
    public static bool TryRead(JsonElement json, out long number)
    {
        number = 0;
        return json.ValueKind == JsonValueKind.Number
            && (json.TryGetInt64(out number) || (json.TryGetDecimal(out var written) && TryTake(written, out number)));
    }

    /// <summary>Parses a number of a query string.</summary>
    /// <returns>False: it is not a number, is negative, has a fraction, or has more than 64 bits.</returns>
    public static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        || (text is [>= '0' and <= '9', ..]
            && decimal.TryParse(text, Written, CultureInfo.InvariantCulture, out var written)
            && TryTake(written, out number));

    /// <exception cref="WrongFormException">It is not a whole number.</exception>
    public static long Read(ref Utf8JsonReader reader) =>
        reader.TokenType != JsonTokenType.Number ? throw new JsonException()
        : reader.TryGetInt64(out var number) || (reader.TryGetDecimal(out var written) && TryTake(written, out number)) ? number
        : throw new WrongFormException("must be a whole number of at most 64 bits.");

    private static bool TryTake(decimal written, out long number)
    {
        var whole = decimal.Truncate(written) == written && written is >= long.MinValue and <= long.MaxValue;
        number = whole ? (long)written : 0;
        return whole;
    }
}

/// <summary>A member has the wrong form; the message says what is expected.</summary>
internal sealed class WrongFormException(string rule) : JsonException(rule);

/// <summary>Reads a <see cref="WholeNumber"/>.</summary>
internal sealed class WholeInt64Converter : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => WholeNumber.Read(ref reader);

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>Reads a <see cref="WholeNumber"/>.</summary>
internal sealed class WholeInt32Converter : JsonConverter<int>
{
    public override int Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        WholeNumber.Read(ref reader) is >= int.MinValue and <= int.MaxValue and var number ? (int)number
        : throw new WrongFormException("must be a whole number of at most 32 bits.");

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
