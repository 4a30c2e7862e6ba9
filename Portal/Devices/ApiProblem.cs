namespace Rollcall.Portal.Devices;

/// <summary>What a call was answered when it was not served (RFC 9457).</summary>
public sealed record ApiProblem(int Status, string? Code, string Detail, string? RequestId)
{
    public static readonly ApiProblem NoAnswer = new(0, null, "The gateway does not answer.", null);
}

/// <summary>A call's answer: a value or a problem.</summary>
/// <param name="ETag">Version of the device's profile.</param>
public sealed record Answer<T>(T? Value, ApiProblem? Problem, string? ETag = null) where T : class;
