using Orleans.Configuration;
using Orleans.Serialization;

namespace Rollcall.Cluster;

internal static class ClusterHosting
{
    /// <summary>How silos call one another, and who has which grain.</summary>
    public static ISiloBuilder AddCluster(this ISiloBuilder silo)
    {
        silo.Services.AddPlacementDirector<NamedSiloPlacement, NamedSiloDirector>();

        // Calls of one device waiting for their turn. A device that sends faster than it is answered is told 429.
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.ResponseTimeout = TimeSpan.FromSeconds(5);
            messaging.MaxEnqueuedRequestsHardLimit = 100;

            // An answer of the directory that was lost with its connection: three devices time out in the default half minute.
            messaging.PlacementTimeout = TimeSpan.FromSeconds(5);
            messaging.SystemResponseTimeout = TimeSpan.FromSeconds(10);
        });
        silo.Configure<SiloConnectionOptions>(ports => ports.ConfigureSiloOutboundConnection(CalledSilo.Check));

        // What a placement that takes too long ends with. Without it the caller cannot be told, and waits for its own timeout.
        silo.Configure<ExceptionSerializationOptions>(exceptions => exceptions.SupportedNamespacePrefixes.Add("Polly"));

#pragma warning disable ORLEANSEXP003 // Experimental, and the only directory whose graceful stop keeps the survivors' activations.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003

        // The default keeps the grains of a dead silo from being made anew for 18 s, in case it still lives. Here a twin's row is
        // written at one revision only, so of two activations one is fenced: nothing has to be waited for.
        return silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
    }
}
