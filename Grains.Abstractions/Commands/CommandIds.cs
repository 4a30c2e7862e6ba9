using System.Globalization;

namespace Rollcall.Commands;

/// <summary>
/// Ids of commands: <c>2a-9f0c...</c>, the number among the device's in hexadecimal and 24 random digits. No two commands share one.
/// </summary>
public static class CommandIds
{
    private const int RandomDigits = 24;
    private const int MostDigits = 16;

    /// <summary>An id for a number.</summary>
    /// <param name="random">96 bits.</param>
    public static string Of(long number, ReadOnlySpan<byte> random) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:x}-{Convert.ToHexStringLower(random)}");

    /// <summary>The number that an id begins with; false: it is no id of ours.</summary>
    public static bool TryNumber(string? id, out long number)
    {
        number = 0;
        return id?.IndexOf('-', StringComparison.Ordinal) is > 0 and <= MostDigits and var dash
            && id.Length == dash + 1 + RandomDigits
            && !id.AsSpan(dash + 1).ContainsAnyExceptInRange('0', 'f')
            && long.TryParse(id.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            && number > 0;
    }
}
