using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Probe;

/// <summary>Walks the way of a device, one step after the other, until one fails; ends the session it opened.</summary>
internal sealed class ProbeWalk(GatewayClient gateway, DeviceKey key, string? portalToken, ProbeReport report, TimeProvider clock)
{
    // The server's times have milliseconds: two beats must not share one.
    private static readonly TimeSpan BetweenBeats = TimeSpan.FromMilliseconds(20);

    private string? _token;
    private string? _beatAt;

    public async Task<bool> WalkAsync(CancellationToken stop)
    {
        var fine = await report.StepAsync("reachability", () => ReachAsync(stop))
            && await report.StepAsync("authentication", () => AuthenticateAsync(stop))
            && await report.StepAsync("heartbeat", () => BeatAsync(stop))
            && await PauseAsync(stop)
            && await report.StepAsync("read-back", () => ReadBackAsync(stop));
        if (fine && portalToken is null)
        {
            report.Say("        Read back by a second beat; the portal's view was skipped. To check it too, set PORTAL_TOKEN to what this prints:");
            report.Say("        dotnet run --project Gateway -- portal-token");
        }

        return _token is null ? fine : await report.StepAsync("goodbye", () => EndAsync(stop)) && fine;
    }

    // Not within the step: its time is the gateway's.
    private async Task<bool> PauseAsync(CancellationToken stop)
    {
        await Task.Delay(BetweenBeats, clock, stop);
        return true;
    }

    private async Task<ProbeFault?> ReachAsync(CancellationToken stop) => Fault(await gateway.ReachAsync(stop));

    private async Task<ProbeFault?> AuthenticateAsync(CancellationToken stop)
    {
        var (answer, body) = await gateway.AuthenticateAsync(new AuthRequest(key.DeviceId, key.Secret!), stop);
        _token = body?.Token;
        return Fault(answer) ?? (_token is null ? Odd("no token") : null);
    }

    private async Task<ProbeFault?> BeatAsync(CancellationToken stop)
    {
        var (answer, body) = await gateway.BeatAsync(_token!, new BeatRequest("online", null), stop);
        _beatAt = body?.Timestamp;
        return Fault(answer) ?? (_beatAt is null ? Odd("no timestamp") : null);
    }

    private Task<ProbeFault?> ReadBackAsync(CancellationToken stop) =>
        portalToken is null ? BeatAgainAsync(stop) : AskPortalAsync(portalToken, stop);

    private async Task<ProbeFault?> BeatAgainAsync(CancellationToken stop)
    {
        var (answer, body) = await gateway.BeatAsync(_token!, new BeatRequest("online", null), stop);
        return Fault(answer) ?? body switch
        {
            { Stored: not true } =>
                new ProbeFault("heard, but not stored", "The store is away; the device stays online meanwhile. Look at GET /readyz."),
            { Timestamp: { } at } when string.CompareOrdinal(at, _beatAt) > 0 => null,
            _ => Odd($"time went from {_beatAt} to {body?.Timestamp ?? "nothing"}"),
        };
    }

    private async Task<ProbeFault?> AskPortalAsync(string token, CancellationToken stop)
    {
        var (answer, device) = await gateway.ReadDeviceAsync(token, key.DeviceId, stop);
        return answer switch
        {
            { Status: 401 or 403 } => new ProbeFault($"{answer}", "Check PORTAL_TOKEN: it may have expired."),
            { Status: 404 } => new ProbeFault($"{answer}", $"PORTAL_TOKEN belongs to a customer who does not have device {key.DeviceId}."),
            { Success: false } => Fault(answer),
            _ when device!.Status != "online" => Odd($"the portal shows {device.Status ?? "no status"}"),
            _ when string.CompareOrdinal(device.LastSeen, _beatAt) < 0 =>
                Odd($"the portal saw {device.LastSeen ?? "nothing"}, the beat was at {_beatAt}"),
            _ => null,
        };
    }

    private async Task<ProbeFault?> EndAsync(CancellationToken stop) => Fault(await gateway.EndSessionAsync(_token!, stop));

    private ProbeFault? Fault(Answer answer) => ProbeFault.Of(answer, gateway.ApiUrl);

    private static ProbeFault Odd(string what) =>
        new(what, "This is not what the contract promises: please report it with the gateway's version (GET /version).");
}
