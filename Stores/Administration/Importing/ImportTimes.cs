using System.Globalization;
using System.Text.Json;
using Rollcall.Devices;

namespace Rollcall.Administration.Importing;

/// <summary>
/// The heartbeat times of a row, in milliseconds. Both or neither: what the installation's are is not known where a file is read, so one alone
/// could not be checked against the other.
/// </summary>
internal static class ImportTimes
{
    public static bool IsTime(string field) => field is Field.Interval or Field.Timeout;

    /// <summary>Whether JSON of this kind may be the field's.</summary>
    public static bool MayBe(string field, JsonValueKind kind) =>
        kind is JsonValueKind.String or JsonValueKind.Null || (kind == JsonValueKind.Number && IsTime(field));

    /// <returns>What is wrong with them; null: nothing.</returns>
    public static string? Wrong(Dictionary<string, string?> values)
    {
        var (interval, timeout) = (values.GetValueOrDefault(Field.Interval), values.GetValueOrDefault(Field.Timeout));
        return WrongNumber(Field.Interval, interval, HeartbeatBounds.LeastInterval, HeartbeatBounds.MostInterval)
            ?? WrongNumber(Field.Timeout, timeout, HeartbeatBounds.LeastTimeout, HeartbeatBounds.MostTimeout)
            ?? ((interval is null) != (timeout is null) || (interval is not null && Number(timeout) < 2L * Number(interval))
                ? $"{Field.Interval} and {Field.Timeout} go together, and the timeout must be at least twice the interval"
                : null);
    }

    /// <returns>Null: the row does not say.</returns>
    public static ValueChange<int>? Given(Dictionary<string, string?> values, string field) =>
        values.TryGetValue(field, out var value) ? new ValueChange<int>(Number(value)) : null;

    private static string? WrongNumber(string field, string? text, int least, int most) =>
        text is null || Number(text) is { } number && number >= least && number <= most
            ? null : $"{field} must be a whole number of milliseconds from {least} to {most}";

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
