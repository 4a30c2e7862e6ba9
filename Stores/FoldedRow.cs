using Rollcall.Schema;

namespace Rollcall;

/// <summary>What is searched in of one device, as it is stored.</summary>
internal sealed record FoldedRow(string DeviceId, string? Name, string Search)
{
    public string Folded { get; } = DeviceTable.Search(DeviceId, Name);

    /// <summary>A program of before has written it.</summary>
    public bool IsStale => Folded != Search;

    /// <summary>After which id to go on; null at the end.</summary>
    /// <param name="done">Nothing of the page was left.</param>
    public static string? Next(IReadOnlyList<FoldedRow> page, int limit, string after, bool done) =>
        !done ? after : page.Count < limit ? null : page[^1].DeviceId;
}
