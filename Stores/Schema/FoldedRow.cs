namespace Rollcall.Schema;

/// <summary>The search text of one device, as it is stored.</summary>
internal sealed record FoldedRow(string DeviceId, string? Name, string Search)
{
    public string Folded { get; } = DeviceTable.Search(DeviceId, Name);

    /// <summary>A former version has written it.</summary>
    public bool IsStale => Folded != Search;

    /// <summary>The id to continue after; null at the end.</summary>
    /// <param name="done">Nothing of the page was left.</param>
    public static string? Next(IReadOnlyList<FoldedRow> page, int limit, string after, bool done) =>
        !done ? after : page.Count < limit ? null : page[^1].DeviceId;
}
