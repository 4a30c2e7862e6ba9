using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Probe;

/// <summary>What to do about a call that failed, in one sentence.</summary>
internal static class ProbeAdvice
{
    public static string For(Answer answer, Uri apiUrl) => answer switch
    {
        { Trouble: HttpRequestError.NameResolutionError } =>
            $"The host of API_URL ({apiUrl}) is not known here: check its spelling and the name service.",
        { Trouble: HttpRequestError.SecureConnectionError } =>
            $"TLS failed at API_URL ({apiUrl}): check http against https, and that this machine trusts the certificate.",
        { Trouble: HttpRequestError.ConnectionError } =>
            $"Nothing listens there: is the gateway running at API_URL ({apiUrl})? Start it with: dotnet run --project Gateway",
        { IsMissing: true } =>
            $"Something at API_URL ({apiUrl}) does not answer as a gateway would: check the address, the proxies in between and the gateway's log.",
        { Status: 401, Code: "SESSION_SUPERSEDED" } => "Another agent is this device at the same time: stop it, or give it a DEVICE_ID of its own.",
        { Status: 401 } => "Check DEVICE_ID and DEVICE_SECRET: the gateway does not know this pair.",
        { Status: 403, Code: "DEVICE_DISABLED" } => "The device is disabled: its owner can set its mode to active in the portal.",
        { Status: 403, Code: "DEVICE_MAINTENANCE" } => "The device is in maintenance: its owner can set its mode to active in the portal.",
        { Status: 403 } => "Something in between forbids the call: check proxies and firewalls before the gateway.",
        { Status: 404 } => $"API_URL ({apiUrl}) answers, but not as a gateway: check the address, its path included.",
        { Status: 429 } => $"Too many calls from this address: wait{Wait(answer)} and try again; the gateway's limits are settings.",
        { Status: >= 500 } => $"The gateway cannot serve now: wait{Wait(answer)}, then look at GET /readyz and its log.",
        { Status: >= 300 and < 400 } => "The gateway redirects: set API_URL to where it redirects to.",
        _ => "The gateway refused the call: its log has the reason under the same time.",
    };

    private static string Wait(Answer answer) => answer.RetryAfter > TimeSpan.Zero ? $" {answer.RetryAfter.TotalSeconds:0} s" : "";
}
