using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;
using Rollcall.Enrolment;

namespace Rollcall.Customers;

/// <summary>What every store must do with the states of grains, through Orleans' own provider.</summary>
public abstract class GrainStorageTests
{
    private static readonly GrainId Grain = GrainId.Create("customer", Keys.Customer("acme"));

    private protected abstract Task<TestStore> Open();

    [Fact]
    public async Task A_state_is_written_read_and_removed()
    {
        await using var store = await Open();
        await using var cluster = await StoreSilo.StartAsync(store);
        var storage = Storage(cluster);
        var state = Named("a");
        await storage.WriteStateAsync(RarelyWritten.Customer, Grain, state);
        state.State = Named("b").State;
        await storage.WriteStateAsync(RarelyWritten.Customer, Grain, state);

        var read = await Read(storage);
        Assert.Equal(("b", "2", true), (read.State!.Keys[0].Id, read.ETag, read.RecordExists));
        Assert.False((await Read(storage, "another state")).RecordExists);
        Assert.Equal(1, await store.Count("grain_state"));

        await storage.ClearStateAsync(RarelyWritten.Customer, Grain, read);
        Assert.False((await Read(storage)).RecordExists);
        Assert.Equal(0, await store.Count("grain_state"));
        await storage.WriteStateAsync(RarelyWritten.Customer, Grain, Named("c"));
        Assert.Equal("c", (await Read(storage)).State!.Keys[0].Id);
    }

    [Fact]
    public async Task Of_two_writers_the_second_is_refused_whatever_it_wanted()
    {
        await using var store = await Open();
        await using var cluster = await StoreSilo.StartAsync(store);
        var storage = Storage(cluster);
        await storage.WriteStateAsync(RarelyWritten.Customer, Grain, Named("a"));
        await Refused(() => storage.WriteStateAsync(RarelyWritten.Customer, Grain, Named("a second first")));

        var (one, other) = (await Read(storage), await Read(storage));
        one.State = Named("b").State;
        await storage.WriteStateAsync(RarelyWritten.Customer, Grain, one);
        await Refused(() => storage.WriteStateAsync(RarelyWritten.Customer, Grain, other));
        await Refused(() => storage.ClearStateAsync(RarelyWritten.Customer, Grain, other));
        Assert.Equal("b", (await Read(storage)).State!.Keys[0].Id);

        // Removed meanwhile: not made again.
        var late = await Read(storage);
        await storage.ClearStateAsync(RarelyWritten.Customer, Grain, one);
        await Refused(() => storage.WriteStateAsync(RarelyWritten.Customer, Grain, late));
        Assert.Equal(0, await store.Count("grain_state"));
    }

    private static async Task Refused(Func<Task> write) => await Assert.ThrowsAsync<InconsistentStateException>(write);

    private static IGrainStorage Storage(Orleans.TestingHost.InProcessTestCluster cluster) =>
        cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(RarelyWritten.Storage);

    private static GrainState<CustomerState> Named(string id) => new(new CustomerState { Keys = [new KeyEntry { Id = id }] });

    private static async Task<GrainState<CustomerState>> Read(IGrainStorage storage, string state = RarelyWritten.Customer)
    {
        var read = new GrainState<CustomerState>();
        await storage.ReadStateAsync(state, Grain, read);
        return read;
    }
}
