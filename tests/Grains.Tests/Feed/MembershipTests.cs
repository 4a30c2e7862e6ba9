namespace Rollcall.Feed;

/// <summary>A gateway that is a client of two silos, when one goes and when one comes.</summary>
public sealed class MembershipTests
{
    [Fact]
    public async Task A_gateway_is_told_that_a_silo_went_and_that_one_came_and_joined_again_it_hears_the_new_one()
    {
        await using var roll = await TwinCluster.Start(silos: 2);
        var ear = new RecordingFeedObserver();
        var reference = roll.Grains.CreateObjectReference<IFeedObserver>(ear);
        var joined = await Join(2);
        Assert.Equal(roll.Cluster.Silos.Select(silo => silo.SiloAddress).Order(), joined.Silos.Order());

        await roll.Cluster.StopSiloAsync(roll.Cluster.Silos[1]);
        await Told(0);
        joined = await Join(1);
        Assert.Equal(roll.Cluster.Silos[0].SiloAddress, Assert.Single(joined.Silos));

        var before = ear.ChangesOfMembership;
        var silo = await roll.Cluster.StartAdditionalSiloAsync();
        await Told(before);
        joined = await Join(2);
        Assert.Contains(silo.SiloAddress, joined.Silos);

        // Its twins are heard, wherever they live.
        var devices = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => roll.Join($"lamp-{number}")));
        await Task.WhenAll(devices.Select(device => device.Beat()));
        await Eventually.IsSoAsync(() =>
        {
            roll.Clock.Advance(TimeSpan.FromMilliseconds(50));
            return Task.FromResult(
                ear.Heard.Where(item => item.Now?.Device.Seq == 1).Select(item => item.DeviceId).Distinct().Count() == devices.Length);
        }, step: Eventually.ShortestStep);

        // A silo that has just come, or is just leaving, may be seen a moment later by the others.
        async Task<SubscriptionReply> Join(int silos)
        {
            SubscriptionReply? reply = null;
            await Eventually.IsSoAsync(async () =>
            {
                reply = await roll.Grains.GetSubscriptions(TwinCluster.Customer).Join("gateway-a", reference);
                return reply.Everyone && reply.Silos.Count == silos;
            });
            return reply!;
        }

        Task Told(int before) => Eventually.IsSoAsync(() =>
        {
            roll.Clock.Advance(TimeSpan.FromMilliseconds(50));
            return Task.FromResult(ear.ChangesOfMembership > before);
        }, step: Eventually.ShortestStep);
    }
}
