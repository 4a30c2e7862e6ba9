using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orleans.Configuration;
using Orleans.Dashboard;
using Rollcall.Administration;
using Rollcall.Cluster;
using Rollcall.Connections;
using Rollcall.Logs;
using Rollcall.Measuring;
using Rollcall.Fleet;
using Rollcall.Running;

namespace Rollcall.Silo;

/// <summary>Builds a silo: the twins, PostgreSQL, and clustering in Redis.</summary>
internal static class SiloApp
{
    /// <param name="environment">Its settings.</param>
    /// <param name="stop">Asked for while it still starts, it is no fault to tell of.</param>
    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static WebApplication Create(IConfiguration environment, StopRequest stop, bool trustClock = false)
    {
        // Settings are read at the start. Watching files for changes takes one of the 128 watchers that a user may have on Linux by default.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Configuration.AddConfiguration(environment);
        builder.Logging.AddRollcallConsole(builder.Configuration);
        stop.Attach(builder.Services);

        var settings = new SiloSettings(builder.Configuration);
        builder.Configuration.RefuseOthers(ProcessKind.Silo);
        var twins = TwinSettingsReader.Read(builder.Configuration);
        if (twins.Devices.HeartbeatTimeout < GatewayLease.LeastTimeout)
        {
            throw new SettingException(
                "DEVICE_HEARTBEAT_TIMEOUT",
                $"must be at least {GatewayLease.LeastTimeout.TotalMilliseconds} in a cluster: a lost gateway is noticed within a third of it.");
        }

        twins.Devices.LeastTimeout = GatewayLease.LeastTimeout;
        var connections = builder.Services.AddConnectionBook("silo", settings.Connections, isTrusted: _ => false);
        StoreHosting.RequireMigrated(builder.Configuration);
        if (trustClock)
        {
            builder.Services.TrustClock();
        }

        var telemetry = builder.AddTelemetry("rollcall-silo", page: settings.Metrics);
        builder.UseOrleans(silo =>
        {
            silo.JoinCluster(settings);
            silo.Bound(connections);
            silo.UseClusterStores(builder.Configuration);
            silo.AddTwins(twins);
            silo.ShareTwins(settings.RebalancePeriod);
            if (telemetry.SendsTraces)
            {
                silo.AddActivityPropagation();
            }

            if (settings.Dashboard)
            {
                silo.AddDashboard(dashboard => dashboard.HideTrace = true);
            }
        });
        builder.Services.WakeOnlineDevices();
        builder.Services.AddSingleton(settings);
        builder.Services.AddHostedService<MembershipGuard>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Leaving.StopTime);
        builder.Services.AddBoundedSockets(_ => connections);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Serve(settings));

        var app = builder.Build();
        app.LeaveInTime();
        app.UseConnectionBook();
        app.MapSiloHealth();
        if (settings.Metrics)
        {
            app.UseMetricsPage();
        }

        return app;
    }

    /// <summary>Limits connections of strangers at Orleans' ports, so that silos and gateways always get through.</summary>
    private static void Bound(this ISiloBuilder silo, ConnectionBook connections)
    {
        silo.Services.BoundListeners(connections);
        silo.Configure<SiloConnectionOptions>(ports =>
        {
            ports.ConfigureSiloInboundConnection(Preamble.Await);
            ports.ConfigureGatewayInboundConnection(Preamble.Await);
        });
    }

    private static void Serve(this KestrelServerOptions kestrel, SiloSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.RequestHeadersTimeout = settings.Connections.RequestTimeout;
        kestrel.Listen(settings.Address, settings.HealthPort);
    }
}
