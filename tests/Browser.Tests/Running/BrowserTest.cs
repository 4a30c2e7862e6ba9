namespace Rollcall.Running;

/// <summary>A test in a real browser. Whatever it does, the browser must have nothing to complain about.</summary>
public abstract class BrowserTest(Chromium chromium) : IAsyncLifetime
{
    private readonly List<Tab> _tabs = [];
    private readonly List<Installation> _installations = [];

    public virtual ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Chromium.Program is null, "There is no Chromium here: install it, or name it with CHROMIUM.");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        var complaints = _tabs.SelectMany(tab => tab.Complaints).ToList();
        foreach (var tab in _tabs)
        {
            await tab.Page.CloseAsync();
        }

        foreach (var installation in _installations)
        {
            await installation.DisposeAsync();
        }

        GC.SuppressFinalize(this);
        Assert.True(complaints.Count == 0, string.Join("\n", complaints));
    }

    private protected async Task<Tab> OpenTabAsync() => Keep(await chromium.OpenTabAsync());

    private protected async Task<Tab> OpenFreshTabAsync() => Keep(await chromium.OpenFreshTabAsync());

    /// <summary>A gateway of this test's own, gone when it ends.</summary>
    private protected Installation Install(int demoDevices = 0, int timeoutSeconds = 3)
    {
        var installation = DemoGateway.Place(demoDevices, timeoutSeconds);
        _installations.Add(installation);
        return installation;
    }

    private Tab Keep(Tab tab)
    {
        _tabs.Add(tab);
        return tab;
    }
}
