using Microsoft.Playwright;

namespace Rollcall.Running;

/// <summary>The browser, started when the first test asks for it. CHROMIUM names another program than the usual ones.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IBrowserContext? _shared;

    /// <summary>Null: there is none on this machine.</summary>
    public static string? Program { get; } =
        new[] { Environment.GetEnvironmentVariable("CHROMIUM") }.Concat(Usual).FirstOrDefault(path => path is not null && File.Exists(path));

    public ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(15_000);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>A tab with a session of its own; the page's files are cached between tabs.</summary>
    internal async Task<Tab> OpenTabAsync() => await Tab.InAsync(_shared ??= await NewContextAsync());

    /// <summary>A tab of a visitor who was never here.</summary>
    internal async Task<Tab> OpenFreshTabAsync() => await Tab.InAsync(await NewContextAsync());

    private async Task<IBrowserContext> NewContextAsync()
    {
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox"] });
        return await _browser.NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 800 }, ColorScheme = ColorScheme.Light });
    }
}
