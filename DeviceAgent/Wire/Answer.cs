namespace Rollcall.DeviceAgent.Wire;

/// <summary>How a call ended: everything the rules need to know.</summary>
/// <param name="Status">The HTTP status, or 0 for silence: no connection, no answer in time, or an answer that is not the gateway's.</param>
/// <param name="Code">The problem's <c>code</c>; null when the body (a proxy's, say) has none.</param>
/// <param name="RetryAfter">Zero when the answer names none.</param>
/// <param name="Why">For silence: what happened, in words.</param>
/// <param name="Trouble">For silence: what kind of trouble.</param>
internal readonly record struct Answer(
    int Status,
    string? Code = null,
    TimeSpan RetryAfter = default,
    string? Why = null,
    HttpRequestError? Trouble = null)
{
    public bool Success => Status is >= 200 and < 300;

    public bool Silent => Status == 0;

    public static Answer Silence(string why, HttpRequestError? trouble = null) => new(0, Why: why, Trouble: trouble);

    public override string ToString() => Silent ? Why ?? "silence" : Code is null ? $"{Status}" : $"{Status} {Code}";
}

internal readonly record struct Reply<T>(Answer Answer, T? Body) where T : class;
