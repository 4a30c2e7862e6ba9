using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orleans.Dashboard;
using Rollcall.Administration;
using Rollcall.Administration.Customers;
using Rollcall.Connections;
using Rollcall.Demo;
using Rollcall.DeviceApi;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Measuring;
using Rollcall.Sqlite;

namespace Rollcall;

/// <summary>
/// The embedded mode: a silo in the gateway's own process, its roll in DATA_DIR. The only file of the gateway that knows
/// of the rooms behind the contract.
/// </summary>
internal static class EmbeddedSilo
{
    /// <summary>Where the data are, made on the first start or not.</summary>
    public static string DataPath(IConfiguration configuration) => DataDirectory.Resolve(configuration.Text("DATA_DIR"));

    /// <summary>Takes DATA_DIR, brings its tables up to date, seeds the demo, and adds the silo to the host.</summary>
    /// <exception cref="SettingException">A setting is wrong, or another process has DATA_DIR.</exception>
    public static async Task AddEmbeddedSiloAsync(
        this WebApplicationBuilder builder, GatewaySettings settings, TelemetrySettings telemetry, string dataPath)
    {
        StoreHosting.RequireEmbedded(builder.Configuration);
        var twins = TwinSettingsReader.Read(builder.Configuration);
        var bootstrap = new Bootstrap(builder.Configuration);
        var directory = DataDirectory.Open(dataPath);
        try
        {
            await SeedDemo(directory, settings, twins);
            using var book = CustomerRepository.Of(directory, TimeProvider.System);
            book.Ensure(bootstrap);
        }
        catch (Exception unusable) when (unusable is not SettingException)
        {
            directory.Dispose();
            throw new SettingException("DATA_DIR",
                $"names {dataPath}, whose roll cannot be opened: {unusable.GetBaseException().Message.ReplaceLineEndings(" ")}");
        }

        builder.Services.AddHostedService(_ => new DirectoryHolder(directory));
        builder.Services.AddEmbeddedStores(directory);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort(), gatewayPort: 0, serviceId: "rollcall", clusterId: "embedded");
            silo.UseInMemoryReminderService();
            // Nobody needs it; whoever is on this machine can reach it.
            silo.Services.BoundListeners(silo.Services.AddSmallConnectionBook("silo", settings.Connections));
            silo.AddTwins(twins);
            if (telemetry.SendsTraces)
            {
                silo.AddActivityPropagation();
            }

            if (settings.Dashboard.IsOn)
            {
                silo.AddDashboard(dashboard => dashboard.HideTrace = true);
            }
        });
        builder.Services.WakeOnlineDevices();
    }

    /// <summary>The machine's clock is right, whatever the store's newest time is.</summary>
    /// <exception cref="SettingException">This gateway has no embedded silo.</exception>
    public static void TrustClock(this WebApplicationBuilder builder)
    {
        if (Deployment.OfGateway(builder.Configuration) is not null)
        {
            throw new SettingException(ClockHosting.Argument, "is for a silo: this gateway keeps no roll.");
        }

        builder.Services.TrustClock();
    }

    /// <summary>Lets the silo start timeouts once this gateway serves, which knows the heartbeat interval from the start.</summary>
    public static void JoinEmbeddedSilo(this WebApplication app)
    {
        app.Services.GetRequiredService<IdleTimes>()
            .Learn((int)app.Services.GetRequiredService<IOptions<DeviceOptions>>().Value.HeartbeatInterval.TotalMilliseconds);
        app.Lifetime.ApplicationStarted.Register(() => app.Services.GatewayJoined(app.Services.GetRequiredService<Incarnation>().Id));
    }

    private static async Task SeedDemo(DataDirectory directory, GatewaySettings settings, TwinSettings twins)
    {
        using var seed = new DeviceSeed(directory, TimeProvider.System);
        seed.Migrate();
        if (settings.DemoCredentials)
        {
            await seed.RestoreWellKnownAsync(WellKnownDevice.Id, WellKnownDevice.Secret, twins.Secrets.BcryptCost, CancellationToken.None);
        }
        else
        {
            await seed.RefuseWellKnownAsync(WellKnownDevice.Id, WellKnownDevice.Secret, CancellationToken.None);
        }

        if (settings.DemoDevices > 0)
        {
            var file = CredentialsFile.In(directory.Path, DemoFleet.FileName);
            var devices = file.Ensure(
                DemoFleet.Prefix, settings.DemoDevices, DeviceSeed.NewSecret, device => DemoStory.Reporting(device, settings.DemoDevices));
            await seed.AddAsync(DemoFleet.Customer, DemoStory.Of(devices, seed.Now), CancellationToken.None);
        }
    }

    /// <summary>The silo's port must be known before it starts; two copies run side by side.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Keeps the folder's lock until the host is disposed.</summary>
    private sealed class DirectoryHolder(DataDirectory directory) : IHostedService, IDisposable
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => directory.Dispose();
    }
}
