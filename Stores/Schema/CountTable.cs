using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Journal;

namespace Rollcall.Schema;

/// <summary>
/// How many devices a customer has, in all, online, and in each state. Each store keeps these columns where it counts best; what a change adds to
/// them, and what they should be, is said here once.
/// </summary>
internal static class CountTable
{
    /// <summary>The columns of the states, in the order of <see cref="DeviceState"/>.</summary>
    public static readonly string[] States = [.. Enum.GetValues<DeviceState>().Select(state => "state_" + WireNames.Of(state))];

    /// <summary>All columns.</summary>
    public static readonly string[] Columns = ["devices_total", "devices_online", .. States];

    /// <summary>The state of a row, by its wire name: the same rule as <see cref="DeviceStates"/>, which a test holds.</summary>
    public const string StateOf = """
        CASE WHEN mode = 'maintenance' THEN 'maintenance' WHEN mode = 'disabled' THEN 'disabled' WHEN presence_seq = 0 THEN 'never_seen'
            WHEN status = 'online' AND health = 'degraded' THEN 'degraded' WHEN status = 'online' THEN 'online'
            WHEN status_reason IN ('goodbye', 'revoked', 'disabled', 'maintenance') THEN 'signed_off' ELSE 'down' END
        """;

    /// <summary>The columns, counted from rows that have <c>status</c> and <c>state</c>.</summary>
    /// <param name="sign">Before each: a minus for rows that go.</param>
    public static string Counted(string sign = "") => string.Join(
        ", ",
        (string[])[$"{sign}count(*) AS devices_total", $"{sign}count(*) FILTER (WHERE status = 'online') AS devices_online",
            .. Enum.GetValues<DeviceState>().Select((state, place) =>
                $"{sign}count(*) FILTER (WHERE state = '{WireNames.Of(state)}') AS {States[place]}")]);

    /// <summary>Each column by a pattern, in which <c>@</c> stands for its name.</summary>
    public static string Each(string pattern, string between = ", ") =>
        string.Join(between, Columns.Select(column => pattern.Replace("@", column, StringComparison.Ordinal)));

    /// <summary>The number of a state among <see cref="States"/>; null: there is no row.</summary>
    public static long? Number(DeviceRow? row) => row is null ? null : (long)row.State;

    /// <summary>What a change adds to the columns.</summary>
    public static void Add(Change change, Span<long> columns)
    {
        columns[0] += change.Devices;
        columns[1] += change.Online;
        columns[2 + (int)(change.Base?.State ?? 0)] -= change.Base is null ? 0 : 1;
        columns[2 + (int)(change.Next?.State ?? 0)] += change.Next is null ? 0 : 1;
    }

    /// <summary>What was added to each column that was wrong, by its name on the wire.</summary>
    public static IReadOnlyList<(string Name, long Difference)> Differences(Func<int, long> column) =>
    [
        .. Columns.Select((name, place) => (name.Split('_', 2)[1], column(place))).Where(one => one.Item2 != 0),
    ];

    /// <summary>The columns of one customer. None is shown as negative: a former version does not count states.</summary>
    public static Counts Read(Func<int, long> column)
    {
        var (total, online) = (column(0), column(1));
        return new Counts(total, online, new StateCounts(State(0), State(1), State(2), State(3), State(4), State(5), State(6)));

        long State(int place) => Math.Max(0, column(2 + place));
    }
}
