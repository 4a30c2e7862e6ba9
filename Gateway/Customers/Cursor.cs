using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Rollcall.Customers;

/// <summary>Places in a list, opaque to clients. The prefix tells one list's cursors from another's.</summary>
internal static class Cursor
{
    private const string DevicePrefix = "d1:";
    private const string EventPrefix = "e1:";
    private const string CommandPrefix = "c1:";

    public static string OfDevice(string deviceId) => Encode(DevicePrefix + deviceId);

    public static string OfEvent(long position) => Encode(EventPrefix + position.ToString(CultureInfo.InvariantCulture));

    public static bool TryDevice(string? cursor, out string? after)
    {
        after = cursor is null ? null : Decode(cursor, DevicePrefix);
        return cursor is null || Ids.IsValid(after);
    }

    public static bool TryEvent(string? cursor, out long position)
    {
        position = 0;
        return cursor is null || long.TryParse(Decode(cursor, EventPrefix), NumberStyles.None, CultureInfo.InvariantCulture, out position);
    }

    public static string OfCommand(long number) => Encode(CommandPrefix + number.ToString(CultureInfo.InvariantCulture));

    public static bool TryCommand(string? cursor, out long? before)
    {
        var good = long.TryParse(cursor is null ? null : Decode(cursor, CommandPrefix), NumberStyles.None, CultureInfo.InvariantCulture,
            out var number);
        before = good ? number : null;
        return good || cursor is null;
    }

    private static string Encode(string place) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(place));

    private static string? Decode(string cursor, string prefix)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(cursor.Length)];
        if (!Base64Url.IsValid(cursor) || !Base64Url.TryDecodeFromChars(cursor, bytes, out var length))
        {
            return null;
        }

        var place = Encoding.UTF8.GetString(bytes, 0, length);
        return place.StartsWith(prefix, StringComparison.Ordinal) ? place[prefix.Length..] : null;
    }
}
