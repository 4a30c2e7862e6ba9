using Orleans.TestingHost;

namespace Rollcall.Administration.Customers;

/// <summary>A silo over a store of a test.</summary>
internal static class StoreSilo
{
    public static async Task<InProcessTestCluster> StartAsync(TestStore store)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ServiceId = Deployment.ServiceId;
#pragma warning disable ORLEANSEXP003 // As the product does.
        builder.Options.UseDistributedGrainDirectory = true;
#pragma warning restore ORLEANSEXP003
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddTwins(new TwinSettings { Secrets = new() { BcryptCost = 4 } });
            silo.UseInMemoryReminderService();
            store.AddTo(silo.Services);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
