using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Rollcall.DeviceApi.Messages;

/// <summary>
/// The metrics of one beat. One that does not fit costs itself, and never the beat: it is left out, and named. Read and written in
/// what its thread keeps for that, one beat after the other.
/// </summary>
internal struct Metrics
{
    /// <summary>Names that are told, each cut to <see cref="LongestName"/>.</summary>
    private const int MostIgnored = 10;

    private const int MostFurther = 32;
    private const int LongestName = 64;
    private const int LongestNumber = 128;
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    [ThreadStatic]
    private static Scratch? _scratch;

    private readonly Scratch _own = _scratch ??= new Scratch();
    private List<string>? _ignored;

    public Metrics() => _own.Taken.Clear();

    private readonly Dictionary<string, double> Taken => _own.Taken;

    /// <summary>Names of what did not fit, in order; null: all did.</summary>
    public readonly string[]? Ignored => _ignored?.ToArray();

    /// <param name="reader">At a name; afterwards at its value's end.</param>
    public void Take(ref Utf8JsonReader reader)
    {
        var name = NameOf(ref reader);
        reader.Read();
        if (name.Length is 0 or > LongestName || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            Ignore(ref reader, name);
            return;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                // Unknown, as everywhere on this wire.
                Taken.Remove(name);
                break;
            case JsonTokenType.Number or JsonTokenType.String when TryNumber(ref reader, out var value) && Fits(name, value):
                Taken[name] = value;
                break;
            default:
                Ignore(ref reader, name);
                break;
        }
    }

    /// <summary>As it is kept: a JSON object of numbers.</summary>
    public readonly string Write()
    {
        var (buffer, writer) = (_own.Buffer, _own.Writer);
        buffer.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        foreach (var (name, value) in Taken)
        {
            writer.WriteNumber(name, value);
        }

        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private readonly bool Fits(string name, double value) => name switch
    {
        "cpu" or "memory" => value is >= 0 and <= 100,
        "uptime" => value >= 0,
        _ => Taken.Count < MostFurther || Taken.ContainsKey(name) || Taken.Keys.Count(IsFurther) < MostFurther,
    };

    private static bool IsFurther(string name) => name is not ("cpu" or "memory" or "uptime");

    private void Ignore(ref Utf8JsonReader reader, string name)
    {
        reader.Skip();
        _ignored ??= [];
        var cut = name.Length <= LongestName ? name : name[..(char.IsHighSurrogate(name[LongestName - 1]) ? LongestName - 1 : LongestName)];
        if (_ignored.Count < MostIgnored && !_ignored.Contains(cut))
        {
            _ignored.Add(cut);
        }
    }

    /// <summary>The usual ones are not made anew for each beat.</summary>
    private static string NameOf(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? TextOf(ref reader)
        : reader.ValueSpan.SequenceEqual("cpu"u8) ? "cpu"
        : reader.ValueSpan.SequenceEqual("memory"u8) ? "memory"
        : reader.ValueSpan.SequenceEqual("uptime"u8) ? "uptime"
        : TextOf(ref reader);

    /// <summary>Half a surrogate pair, or bytes that are no UTF-8, is a bad name as others are: as it is written then.</summary>
    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    /// <summary>A number, or a text that is one as JSON writes it.</summary>
    private static bool TryNumber(ref Utf8JsonReader reader, out double value)
    {
        value = 0;
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetDouble(out value) && double.IsFinite(value);
        }

        if (reader.ValueSpan.Length > LongestNumber)
        {
            return false;
        }

        Span<byte> unescaped = stackalloc byte[LongestNumber];
        scoped var text = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            if (!Ascii.IsValid(text) || text.IndexOf("\\ud"u8) >= 0 || text.IndexOf("\\uD"u8) >= 0)
            {
                // A letter, or half of one: no number, and not to be unescaped here.
                return false;
            }

            text = unescaped[..reader.CopyString(unescaped)];
        }

        return IsNumber(text) && Utf8Parser.TryParse(text, out value, out var read) && read == text.Length && double.IsFinite(value);
    }

    /// <summary>By JSON's grammar, and without an exception: a device may send a text for each metric with each beat.</summary>
    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        text = text.StartsWith("-"u8) ? text[1..] : text;
        var whole = Digits(text);
        if (whole == 0 || (whole > 1 && text[0] == '0'))
        {
            return false;
        }

        text = text[whole..];
        if (text.StartsWith("."u8))
        {
            var places = Digits(text[1..]);
            if (places == 0)
            {
                return false;
            }

            text = text[(1 + places)..];
        }

        if (text is [(byte)'e' or (byte)'E', ..])
        {
            text = text is [_, (byte)'+' or (byte)'-', ..] ? text[2..] : text[1..];
            return text.Length > 0 && Digits(text) == text.Length;
        }

        return text.IsEmpty;
    }

    private sealed class Scratch
    {
        public Scratch() => Writer = new Utf8JsonWriter(Buffer);

        /// <summary>At most three and <see cref="MostFurther"/>.</summary>
        public Dictionary<string, double> Taken { get; } = new(8);

        public ArrayBufferWriter<byte> Buffer { get; } = new(256);

        public Utf8JsonWriter Writer { get; }
    }

    private static int Digits(ReadOnlySpan<byte> text) =>
        text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is >= 0 and var count ? count : text.Length;
}
