using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Rollcall.Http;

/// <summary>Writes and reads positions in a list, opaque to clients.</summary>
/// <param name="prefix">Distinguishes the cursors of one list from those of another.</param>
internal sealed class Cursor<T>(string prefix, Func<T, string> write, Cursor<T>.Reader read)
{
    public delegate bool Reader(string text, out T place);

    public string Of(T place) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(prefix + write(place)));

    /// <returns>False: it is not a cursor of this list.</returns>
    public bool TryRead(string cursor, out T? place)
    {
        place = default;
        var bytes = new byte[Base64Url.GetMaxDecodedLength(cursor.Length)];
        if (!Base64Url.IsValid(cursor) || !Base64Url.TryDecodeFromChars(cursor, bytes, out var length))
        {
            return false;
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return text.StartsWith(prefix, StringComparison.Ordinal) && read(text[prefix.Length..], out place);
    }
}

/// <summary>The cursors of all lists.</summary>
internal static class Cursors
{
    /// <summary>After this id.</summary>
    public static readonly Cursor<string> Devices = new("d1:", id => id, (string text, out string id) => Ids.IsValid(id = text));

    /// <summary>After this position in the fleet's log; 0: from the oldest entry that is kept.</summary>
    public static readonly Cursor<long> Events = new("e1:", Number, TryNumber);

    /// <summary>Before the command of this number; null: from the newest.</summary>
    public static readonly Cursor<long?> Commands = new("c1:", number => Number(number!.Value), (string text, out long? number) =>
    {
        var good = TryNumber(text, out var value);
        number = good ? value : null;
        return good;
    });

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
