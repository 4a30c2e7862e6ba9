using Microsoft.Playwright;

namespace Rollcall.Fleet;

/// <summary>Sees in the page itself when a row turns: what a person in front of it sees, by the machine's clock.</summary>
internal sealed class TurnWatch(IPage page)
{
    private const string Watch = """
        window.turns = [];
        new MutationObserver(records => {
          const at = Date.now();
          for (const { target } of records) {
            const since = Date.parse(target.dataset.statusSince);
            if (!window.turns.some(turn => turn.id === target.dataset.deviceId && turn.since === since)) {
              window.turns.push({ id: target.dataset.deviceId, since, at });
            }
          }
        }).observe(document.body, { subtree: true, attributeFilter: ['data-status', 'data-status-since'] });
        """;

    public static async Task<TurnWatch> OnAsync(IPage page)
    {
        await page.EvaluateAsync($"() => {{ {Watch} }}");
        return new TurnWatch(page);
    }

    /// <summary>Waits until so many turns of a device were seen.</summary>
    /// <returns>From the server's <c>statusSince</c> of each to the page's change.</returns>
    public async Task<double[]> LatenciesAsync(string deviceId, int count)
    {
        await page.WaitForFunctionAsync(
            "([id, count]) => window.turns.filter(turn => turn.id === id).length >= count", new object[] { deviceId, count },
            new() { PollingInterval = 10 });
        return await page.EvaluateAsync<double[]>("id => window.turns.filter(turn => turn.id === id).map(turn => turn.at - turn.since)", deviceId);
    }
}
