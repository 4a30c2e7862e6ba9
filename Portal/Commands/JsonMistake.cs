using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Rollcall.Portal.Commands;

/// <summary>What is wrong with a JSON text that somebody types, and where. The server's own reader judges; the words are ours.</summary>
/// <param name="Line">From 1; null: it is about the whole.</param>
/// <param name="Column">From 1, in characters as an editor counts them; null: it is about the whole.</param>
public sealed record JsonMistake(string Words, int? Line = null, int? Column = null)
{
    /// <summary>Bytes of UTF-8 that the parameters of a command may have.</summary>
    public const int MostBytes = 16 * 1024;

    // Less than what a reader takes: the server wraps it, and so does a list of answers.
    private const int MostDepth = 32;
    private const string Spaces = " \t\r\n";

    /// <returns>Null: it is JSON that may be sent, or nothing at all.</returns>
    public static JsonMistake? In(string text)
    {
        var end = text.AsSpan().TrimEnd(Spaces).Length;
        var bytes = Encoding.UTF8.GetBytes(text, 0, end);
        var size = Encoding.UTF8.GetByteCount(text.AsSpan(0, end).TrimStart(Spaces));
        if (size == 0)
        {
            return null;
        }

        if (size > MostBytes)
        {
            return new JsonMistake(
                string.Create(CultureInfo.InvariantCulture, $"{size:N0} bytes are too many: 16 KiB ({MostBytes:N0}) may be sent."));
        }

        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MostDepth });
        var open = new Stack<char>();
        var (last, read) = (JsonTokenType.None, 0L);
        try
        {
            while (reader.Read())
            {
                (last, read) = (reader.TokenType, reader.BytesConsumed);
                Follow(last, open);
            }

            return null;
        }
        catch (JsonException mistake)
        {
            var line = (int)mistake.LineNumber.GetValueOrDefault();
            var begin = BeginOf(line, bytes);
            var offset = Math.Min(begin + (int)mistake.BytePositionInLine.GetValueOrDefault(), bytes.Length);
            var token = (int)reader.TokenStartIndex;
            var quoted = token >= read && token < offset && bytes[token] == '"';
            var inText = quoted && token >= reader.BytesConsumed;
            offset = inText ? offset : BeginOfWord(bytes, begin, offset);
            var place = new JsonPlace(bytes, offset, inText, quoted && !inText, last, open.TryPeek(out var closing) ? closing : null);
            var words = open.Count == MostDepth && place.Opens ? $"It is nested deeper than {MostDepth}." : place.Words;
            return new JsonMistake(words, line + 1, Encoding.UTF8.GetString(bytes, begin, offset - begin).EnumerateRunes().Count() + 1);
        }
    }

    /// <summary>As it is shown: the place first.</summary>
    public override string ToString() => Line is null ? Words : string.Create(CultureInfo.InvariantCulture, $"Line {Line}, column {Column}: {Words}");

    /// <summary>Keeps the closing brackets of all that is open.</summary>
    private static void Follow(JsonTokenType token, Stack<char> open)
    {
        if (token is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            open.Push(token == JsonTokenType.StartObject ? '}' : ']');
        }
        else if (token is JsonTokenType.EndObject or JsonTokenType.EndArray)
        {
            open.Pop();
        }
    }

    private static int BeginOf(int line, ReadOnlySpan<byte> bytes)
    {
        var begin = 0;
        for (; line > 0; line--)
        {
            begin += bytes[begin..].IndexOf((byte)'\n') + 1;
        }

        return begin;
    }

    // "nope" is wrong from its n on, though a reader that has seen an n hopes for null.
    private static int BeginOfWord(byte[] bytes, int begin, int offset)
    {
        while (offset > begin && char.IsAsciiLetter((char)bytes[offset - 1]))
        {
            offset--;
        }

        return offset;
    }
}
