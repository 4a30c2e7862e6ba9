using Microsoft.Extensions.DependencyInjection;
using Rollcall.Clocks;
using Rollcall.Cluster;
using Rollcall.Devices;
using Rollcall.Enrolment;
using Rollcall.Feed;
using Rollcall.Fleet;
using Rollcall.Journal;
using Rollcall.Measuring;
using Rollcall.Outages;
using Rollcall.Secrets;

namespace Rollcall;

/// <summary>Adds the device twins to a silo.</summary>
public static class TwinHosting
{
    /// <summary>
    /// Registers the twins and their services. The host adds an implementation of the stores, a clustering, a reminder service and the
    /// grain storage <see cref="GrainStorageNames.Storage"/>.
    /// </summary>
    public static ISiloBuilder AddTwins(this ISiloBuilder silo, TwinSettings settings) => silo
        .AddClocks()
        .AddMeasuring()
        .AddJournal(settings.Journal)
        .AddSecrets(settings.Secrets)
        .AddDevices(settings.Devices)
        .AddFleet(settings.Reads, settings.Retention)
        .AddEnrolment(settings.Enrolment)
        .AddFeed()
        .AddCluster();

    /// <summary>A gateway in this process is ready. Until the first gateway is, no timeout runs.</summary>
    public static void GatewayJoined(this IServiceProvider silo, string incarnation) =>
        silo.GetRequiredService<OutageMonitor>().GatewayJoined(incarnation);
}
