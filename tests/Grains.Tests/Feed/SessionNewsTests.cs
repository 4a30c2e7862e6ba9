using Microsoft.Extensions.DependencyInjection;

namespace Rollcall.Feed;

/// <summary>What whoever watches is told of a device's sessions.</summary>
public sealed class SessionNewsTests
{
    [Fact]
    public async Task A_sign_in_is_no_change_of_presence_and_a_socket_that_its_first_use_closes_is()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Connect("socket");
        var ear = new RecordingFeedObserver();
        roll.Cluster.Silos[0].ServiceProvider.GetRequiredService<Feed>().Update(TwinCluster.Customer, new Dictionary<string,
            IFeedObserver> { ["a"] = ear });

        await device.Authenticate();
        Assert.Equal((FeedChange.Beat, true), await HeardAsync());
        await device.Beat();
        Assert.Equal((FeedChange.Presence, false), await HeardAsync());
        Assert.Equal(["online connected"], await device.Log());

        async Task<(FeedChange What, bool Connected)> HeardAsync()
        {
            await Eventually.IsSoAsync(async () =>
            {
                await roll.Pass(0.1);
                return !ear.Heard.IsEmpty;
            }, step: Eventually.ShortestStep);
            var told = ear.Heard.Last();
            ear.Heard.Clear();
            return (told.What, told.Now!.Device.Connected);
        }
    }
}
