namespace Rollcall.Commands.Model;

/// <summary>
/// What the contract says of one device's commands, in seconds and words. Written from its page and sharing no type with the product.
/// A command waits (queued or sent), is acknowledged, and ends once.
/// </summary>
internal sealed class CommandModel(int most)
{
    private const int KeyLifetime = 24 * 3_600;

    public List<Entry> All { get; } = [];

    public int Now { get; set; }

    /// <summary>In the order in which the device is to get them.</summary>
    public IEnumerable<Entry> Waiting => All.Where(entry => Is(entry) == "waiting");

    /// <summary>What it is, and for what is over its time: what it has become.</summary>
    public string Is(Entry entry) => entry.Status is "waiting" or "acknowledged" && entry.Expires <= Now ? "expired" : entry.Status;

    /// <summary>Says what a call is to be answered, and what it changes; null: nothing.</summary>
    public (string Answer, Action? Change) Send(string key, string content, int seconds)
    {
        if (All.LastOrDefault(entry => entry.Key == key && entry.Created > Now - KeyLifetime) is { } known)
        {
            return (known.Content == $"{content} {seconds}" ? "ok" : "conflict", null);
        }

        return All.Count(IsOpen) >= most
            ? ("quotaexceeded", null)
            : ("ok", () => All.Add(new Entry(All.Count + 1, key, $"{content} {seconds}", Now) { Expires = Now + seconds }));
    }

    public (string Answer, Action? Change) Cancel(Entry entry) => Is(entry) switch
    {
        "waiting" => ("ok", () => entry.Status = "cancelled"),
        "cancelled" => ("ok", null),
        _ => ("conflict", null),
    };

    public (string Answer, Action? Change) Acknowledge(Entry entry) => Is(entry) switch
    {
        "waiting" => ("ok", () => entry.Status = "acknowledged"),
        "expired" or "cancelled" => ("conflict", null),
        _ => ("ok", null),
    };

    public (string Answer, Action? Change) Report(Entry entry, string status, string result) => Is(entry) switch
    {
        "waiting" or "acknowledged" => ("ok", () => (entry.Status, entry.Result) = (status, result)),
        "expired" or "cancelled" when !entry.Late => ("ok", () => (entry.Status, entry.Result, entry.Late) = (Is(entry), result, true)),
        "expired" or "cancelled" => (entry.Result == result ? "ok" : "conflict", null),
        var ended => (ended == status && entry.Result == result ? "ok" : "conflict", null),
    };

    public string Text() => string.Join('\n', All.Select(entry => $"{entry.Number} {Is(entry)} {entry.Result} {entry.Late}"));

    private bool IsOpen(Entry entry) => Is(entry) is "waiting" or "acknowledged";

    internal sealed record Entry(int Number, string Key, string Content, int Created)
    {
        public int Expires { get; init; }

        public string Status { get; set; } = "waiting";

        public string? Result { get; set; }

        public bool Late { get; set; }
    }
}
