namespace Rollcall;

/// <summary>What every store's <c>commands</c> has, in the order in which rows are read.</summary>
internal static class CommandColumns
{
    public const string All = """
        id, device_id, number, command, parameters, status, created_at, expires_at, sent_at, acknowledged_at, finished_at, result, error,
        late, issued_by, poll_only
        """;

    /// <summary>The same with the size of the parameters, in bytes, in their place.</summary>
    public static string Light(string size) => All.Replace("parameters", size, StringComparison.Ordinal);

    /// <summary>Those that may still change.</summary>
    public const string IsOpen = "status IN ('queued', 'sent', 'acknowledged')";
}
