using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Rollcall.Running;

/// <summary>A tab of the browser, and what the browser complained about in it.</summary>
internal sealed class Tab
{
    private const string TellViolations =
        "document.addEventListener('securitypolicyviolation', e => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI}`))";

    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly List<string> _foreseen = [];

    private Tab(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _complaints.Enqueue($"{message.Text} ({message.Location})");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors of the console, faults of the page, violations of its Content-Security-Policy.</summary>
    public IEnumerable<string> Complaints => _complaints.Where(said => !_foreseen.Any(word => said.Contains(word, StringComparison.Ordinal)));

    public ILocator Rows => Page.Locator("tr[data-device-id]");

    public ILocator Search => Page.Locator("#search");

    public ILocator Drawer => Page.Locator("dialog.drawer[open]");

    public ILocator Notice => Page.Locator(".notice");

    public static async Task<Tab> InAsync(IBrowserContext context)
    {
        var tab = new Tab(await context.NewPageAsync());
        await tab.Page.AddInitScriptAsync(TellViolations);
        return tab;
    }

    public ILocator Row(string deviceId) => Page.Locator($"tr[data-device-id='{deviceId}']");

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Chromium writes failed requests to the console by itself; a test that causes them says so.</summary>
    public void Foresee(string complaint) => _foreseen.Add(complaint);

    /// <summary>Opens the portal as the printed link does.</summary>
    public Task OpenAsync(Uri gateway, string token, string path = "") => Page.GotoAsync($"{gateway}{path}#token={token}");

    /// <summary>Opens the portal and waits until the fleet is there and the line is live.</summary>
    public async Task OpenLiveAsync(Uri gateway, string token, string path = "")
    {
        await OpenAsync(gateway, token, path);
        await LiveAsync();
    }

    public Task LiveAsync() => Assertions.Expect(Page.Locator("[data-line=live]")).ToBeVisibleAsync(new() { Timeout = 60_000 });
}
