using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollcall.Auth;

namespace Rollcall.Running;

/// <summary>The gateway as it ships, over real sockets, on a folder of its own or one that outlives it.</summary>
public sealed class TestGateway : IAsyncDisposable
{
    // The silo's port is looked for and then taken; two starts at once could find the same one.
    private static readonly SemaphoreSlim OneStart = new(1);
    private static int _names;
    private readonly WebApplication _app;
    private readonly TemporaryFolder? _own;

    private TestGateway(WebApplication app, TemporaryFolder folder, bool own)
    {
        _app = app;
        _own = own ? folder : null;
        Folder = folder;
        Addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        Address = new Uri($"http://127.0.0.1:{new Uri(Addresses[0].Replace("[::]", "localhost", StringComparison.Ordinal)).Port}");
        Nobody = new Caller(Http, Address, ContractChecks.CheckAnswer);
    }

    public TemporaryFolder Folder { get; }

    public IReadOnlyList<string> Addresses { get; }

    public Uri Address { get; }

    public Caller Nobody { get; }

    public IReadOnlyList<Endpoint> AllEndpoints =>
        [.. _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.Select(endpoint => new Endpoint(endpoint))];

    /// <summary>The REST calls; the page's files and the hub are not among them.</summary>
    public IReadOnlyList<Endpoint> Endpoints => [.. AllEndpoints.Where(endpoint => !endpoint.IsPage && !endpoint.IsHub)];

    internal IServiceProvider Services => _app.Services;

    internal HttpClient Http { get; } = Caller.NewClient();

    public static Task<TestGateway> StartAsync(params (string Name, string Value)[] settings) =>
        StartAsync(new TemporaryFolder(), own: true, settings);

    public static Task<TestGateway> StartAsync(TemporaryFolder folder, params (string Name, string Value)[] settings) =>
        StartAsync(folder, own: false, settings);

    /// <summary>Puts it together without starting it; the last word on a setting counts.</summary>
    public static Task<WebApplication> CreateAsync(string folder, params (string Name, string Value)[] settings) => GatewayApp.CreateAsync(builder =>
    {
        builder.Logging.ClearProviders();
        var all = new Dictionary<string, string?>
        {
            ["PORT"] = "0", ["DATA_DIR"] = folder, ["Demo:Devices"] = "0", ["BCRYPT_COST"] = "4", ["AUTH_BURST"] = "1000000",
            ["GOODBYE_BURST"] = "1000000",
        };
        if (settings.Any(setting => setting.Name == "REDIS_URL"))
        {
            // Those of a process that keeps the roll itself.
            all = new() { ["PORT"] = "0" };
        }

        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        builder.Configuration.AddInMemoryCollection(all);
        builder.Services.AddSingleton<IStartupFilter, Undescribed>();
    });

    /// <summary>A name that no other test uses.</summary>
    public static string NewName(string prefix) => $"{prefix}-{Interlocked.Increment(ref _names):D4}";

    internal T Part<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public string PortalToken(string role, string customer, TimeSpan? ttl = null) =>
        _app.Services.GetRequiredService<PortalTokens>().Issue(customer, WireNames.Parse<PortalRole>(role), ttl ?? TimeSpan.FromHours(1));

    public Caller Portal(string role, string customer) => Nobody.With("Authorization", "Bearer " + PortalToken(role, customer));

    /// <summary>Stops it as a signal does.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _own?.Dispose();
    }

    private static async Task<TestGateway> StartAsync(TemporaryFolder folder, bool own, (string Name, string Value)[] settings)
    {
        await OneStart.WaitAsync();
        try
        {
            var app = await CreateAsync(folder.Path, settings);
            await app.StartAsync();
            return new TestGateway(app, folder, own);
        }
        finally
        {
            OneStart.Release();
        }
    }
}
