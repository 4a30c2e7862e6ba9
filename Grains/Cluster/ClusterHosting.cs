using Orleans.Configuration;
using Orleans.Serialization;

namespace Rollcall.Cluster;

internal static class ClusterHosting
{
    /// <summary>How silos call one another, and who has which grain.</summary>
    public static ISiloBuilder AddCluster(this ISiloBuilder silo)
    {
        silo.Services.AddPlacementDirector<NamedSiloPlacement, NamedSiloDirector>();

        // Waiting calls of one device. A device that sends faster than it is answered gets 429.
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.ResponseTimeout = TimeSpan.FromSeconds(5);
            messaging.MaxEnqueuedRequestsHardLimit = 100;

            // For an answer of the directory that was lost with its connection: the default of 30 s is three times as long as a device waits.
            messaging.PlacementTimeout = TimeSpan.FromSeconds(5);
            messaging.SystemResponseTimeout = TimeSpan.FromSeconds(10);
        });
        silo.Configure<SiloConnectionOptions>(ports => ports.ConfigureSiloOutboundConnection(CalledSilo.Check));

        // A placement that takes too long ends with an exception of Polly. If it could not be sent, the caller would wait for its own timeout.
        silo.Configure<ExceptionSerializationOptions>(exceptions => exceptions.SupportedNamespacePrefixes.Add("Polly"));

#pragma warning disable ORLEANSEXP003 // Experimental, and the only directory whose graceful stop keeps the survivors' activations.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003

        // The default would delay new activations of a dead silo's grains for 18 s, in case that silo is still alive. Here a twin's row is
        // written at one revision only, so of two activations one is fenced: nothing has to be waited for.
        return silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
    }
}
