namespace Rollcall.DeviceAgent.Wire;

/// <summary>How a call ended: everything the rules need to know.</summary>
/// <param name="Status">The HTTP status, or 0 for none: no connection, no answer in time, or an answer that is not the gateway's.</param>
/// <param name="Code">The problem's <c>code</c>; null when the body (a proxy's, say) has none.</param>
/// <param name="RetryAfter">Zero when the answer names none.</param>
/// <param name="Why">Without a status: what happened, as text.</param>
/// <param name="Trouble">Without a status: the kind of fault.</param>
internal readonly record struct Answer(
    int Status,
    string? Code = null,
    TimeSpan RetryAfter = default,
    string? Why = null,
    HttpRequestError? Trouble = null)
{
    public bool Success => Status is >= 200 and < 300;

    public bool IsMissing => Status == 0;

    public static Answer None(string why, HttpRequestError? trouble = null) => new(0, Why: why, Trouble: trouble);

    public override string ToString() => IsMissing ? Why ?? "silence" : Code is null ? $"{Status}" : $"{Status} {Code}";
}

internal readonly record struct Reply<T>(Answer Answer, T? Body) where T : class;
