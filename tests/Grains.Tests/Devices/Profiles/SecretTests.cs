using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollcall.Fleet;
using Rollcall.Secrets;

namespace Rollcall.Devices.Profiles;

/// <summary>A device's secret is replaced, brought along, and stored in a better form.</summary>
public sealed class SecretTests
{
    private const string Chosen = "correct horse";
    private static readonly string[] Three = ["a", "b", "c"];
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Without_an_overlap_the_former_secret_and_its_sessions_are_over_in_one_record()
    {
        await using var roll = await TwinCluster.Start();
        var lamp = await Online(roll);
        var links = new Ends(roll);
        await lamp.Connect("link", links.Reference);
        var unused = await lamp.Grain.Authenticate(lamp.Secret);
        var was = await roll.Row("lamp");

        var reply = await Replace(lamp, TimeSpan.Zero, ends: true);
        Assert.Equal((Refusal.None, null), (reply.Refusal, reply.FormerUntil));
        var row = (await roll.Row("lamp"))!;
        Assert.Equal(was!.Revision + 1, row.Revision);
        Assert.Equal((was.Session.Epoch + 1, null, null), (row.Session.Epoch, row.Session.Id, row.Session.Next));
        Assert.Equal((DeviceStatus.Offline, PresenceReason.Revoked), (row.Presence.Status, row.Presence.Reason));
        Assert.Equal(Refusal.InvalidSession, (await lamp.Beat()).Refusal);
        Assert.Equal(Refusal.InvalidSession, (await lamp.Beat(session: unused.Session)).Refusal);
        Assert.Equal(Refusal.InvalidCredentials, (await lamp.Authenticate()).Refusal);
        lamp = lamp with { Secret = reply.Secret! };
        Assert.Equal(Refusal.None, (await lamp.Authenticate()).Refusal);
        Assert.True((await lamp.Beat()).Stored);
        await Eventually.IsSoAsync(() => links.Said is ["link Revoked"]);
    }

    [Fact]
    public async Task Sessions_may_stay()
    {
        await using var roll = await TwinCluster.Start();
        var lamp = await Online(roll);
        await Replace(lamp, TimeSpan.Zero, ends: false);
        Assert.True((await lamp.Beat()).Stored);
        Assert.Equal(Refusal.InvalidCredentials, (await lamp.Grain.Authenticate(lamp.Secret)).Refusal);
        Assert.Equal(["online heartbeat"], await lamp.Log());
    }

    [Fact]
    public async Task Within_the_overlap_both_are_good_and_then_the_new_one_alone()
    {
        await using var roll = await TwinCluster.Start();
        var lamp = await Online(roll);
        var reply = await Replace(lamp, Overlap, ends: false);
        Assert.Equal(roll.Clock.GetUtcNow() + Overlap, reply.FormerUntil);

        // Loaded anew: what counts is in the store.
        await roll.Lose(lamp);
        await Opens(lamp, lamp.Secret, reply.Secret!, lamp.Secret);
        await roll.Pass(Overlap.TotalSeconds);
        Assert.Equal(Refusal.InvalidCredentials, (await lamp.Grain.Authenticate(lamp.Secret)).Refusal);
        Assert.NotNull((await roll.Row("lamp"))!.Profile.Former);
        await Opens(lamp, reply.Secret!);
        Assert.Null((await roll.Row("lamp"))!.Profile.Former);
    }

    [Fact]
    public async Task Asked_again_before_the_device_used_it_the_newest_counts_and_the_overlap_does_not_grow()
    {
        await using var roll = await TwinCluster.Start();
        var lamp = await Online(roll);
        var lost = await Replace(lamp, Overlap, ends: false);
        await roll.Pass(Overlap.TotalSeconds / 2);
        var kept = await Replace(lamp, Overlap, ends: false);
        Assert.Equal(lost.FormerUntil, kept.FormerUntil);
        Assert.Equal(Refusal.InvalidCredentials, (await lamp.Grain.Authenticate(lost.Secret!)).Refusal);
        await Opens(lamp, lamp.Secret);

        // A shorter one shortens it.
        var shorter = await Replace(lamp, TimeSpan.FromSeconds(10), ends: false);
        Assert.Equal(roll.Clock.GetUtcNow() + TimeSpan.FromSeconds(10), shorter.FormerUntil);

        // Once it was used it is the one that stays good.
        await Opens(lamp, shorter.Secret!);
        var next = await Replace(lamp, Overlap, ends: false);
        await Opens(lamp, shorter.Secret!, next.Secret!);
        Assert.Equal(Refusal.InvalidCredentials, (await lamp.Grain.Authenticate(lamp.Secret)).Refusal);
    }

    [Fact]
    public async Task The_same_call_made_again_makes_no_other_secret()
    {
        await using var roll = await TwinCluster.Start();
        var lamp = await Online(roll);
        var wanted = new SecretReplacement(RandomNumberGenerator.GetBytes(32), Overlap, EndSessions: true);
        var first = await lamp.Grain.ReplaceSecret(TwinCluster.Customer, wanted);
        await lamp.Authenticate();
        await lamp.Beat();
        var revision = (await roll.Row("lamp"))!.Revision;
        Assert.Equal(first, await lamp.Grain.ReplaceSecret(TwinCluster.Customer, wanted));
        Assert.Equal(revision, (await roll.Row("lamp"))!.Revision);
        Assert.True((await lamp.Beat()).Stored);
    }

    [Fact]
    public async Task It_is_the_owners_business_alone_and_uses_the_code_up()
    {
        await using var roll = await TwinCluster.Start();
        var created = await roll.Grains.GetFleet(TwinCluster.Customer).Create(new NewDevice("lamp", null, null, WithSecret: false));
        var lamp = roll.Grains.GetDevice("lamp");
        var wanted = new SecretReplacement(RandomNumberGenerator.GetBytes(32), TimeSpan.Zero, EndSessions: true);
        Assert.Equal(Refusal.NotFound, (await lamp.ReplaceSecret("other", wanted)).Refusal);
        Assert.Equal(Refusal.NotFound, (await roll.Grains.GetDevice("nobody").ReplaceSecret(TwinCluster.Customer, wanted)).Refusal);

        var reply = await lamp.ReplaceSecret(TwinCluster.Customer, wanted);
        Assert.Equal(Refusal.InvalidActivationCode, (await lamp.Register(created.ActivationCode!, null)).Refusal);
        Assert.Equal(Refusal.None, (await lamp.Authenticate(reply.Secret!)).Refusal);
    }

    [Fact]
    public async Task A_strong_secret_that_is_brought_along_is_checked_fast_and_a_chosen_one_slowly()
    {
        await using var roll = await TwinCluster.Start();
        await Bring(roll, "strong", new OwnSecret("0123456789abcdef0123456789abcdef", null));
        await Bring(roll, "chosen", new OwnSecret(Chosen, null));
        Assert.False(SecretScheme.IsSlow(await Credential(roll, "strong")));
        Assert.True(SecretScheme.IsSlow(await Credential(roll, "chosen")));
        Assert.Equal(Refusal.None, (await roll.Grains.GetDevice("strong").Authenticate("0123456789abcdef0123456789abcdef")).Refusal);
        Assert.Equal(Refusal.None, (await roll.Grains.GetDevice("chosen").Authenticate(Chosen)).Refusal);
        Assert.Equal(Refusal.Rejected, (await roll.Grains.GetFleet(TwinCluster.Customer)
            .CreateWithSecret(new NewDevice("odd", null, null, false), new OwnSecret(null, "md5"))).Refusal);
        Assert.Equal(Refusal.Conflict, (await roll.Grains.GetFleet(TwinCluster.Customer)
            .CreateWithSecret(new NewDevice("chosen", null, null, false), new OwnSecret(Chosen, null))).Refusal);
    }

    [Fact]
    public async Task A_weak_hash_is_marked_until_the_first_good_sign_in()
    {
        await using var roll = await TwinCluster.Start();
        await Bring(roll, "lamp", new OwnSecret(null, "sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631"));
        var lamp = roll.Known("lamp", Chosen);
        Assert.True((await lamp.Read()).WeakSecret);
        Assert.Equal(Refusal.InvalidCredentials, (await lamp.Grain.Authenticate("wrong horse")).Refusal);
        Assert.True((await lamp.Read()).WeakSecret);

        await lamp.Authenticate();
        Assert.False((await lamp.Read()).WeakSecret);
        Assert.True(SecretScheme.IsSlow(await Credential(roll, "lamp")));
        await roll.Lose(lamp);
        Assert.Equal(Refusal.None, (await lamp.Authenticate()).Refusal);
        Assert.True((await lamp.Beat()).Stored);
    }

    [Fact]
    public async Task A_weak_hash_of_a_device_that_never_comes_is_put_behind_a_slow_one()
    {
        await using var roll = await TwinCluster.Start();
        foreach (var id in Three)
        {
            await Bring(roll, id, new OwnSecret(null, "sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631"));
        }

        await Eventually.IsSoAsync(async () =>
        {
            if (roll.Journal.Waiting == 0)
            {
                // Not under a flush, which would be given up.
                roll.Clock.Advance(TimeSpan.FromSeconds(20));
            }

            return !(await Task.WhenAll(Three.Select(id => Credential(roll, id)))).Any(SecretScheme.IsWeak);
        }, step: Eventually.ShortestStep);

        Assert.Equal(Refusal.InvalidCredentials, (await roll.Grains.GetDevice("b").Authenticate("wrong horse")).Refusal);

        // The clock that went on so fast may have left it in doubt.
        await Eventually.IsSoAsync(async () => (await roll.Grains.GetDevice("b").Authenticate(Chosen)).Refusal == Refusal.None);
    }

    [Fact]
    public async Task A_silo_that_goes_does_not_wait_until_all_weak_hashes_are_behind_slow_ones()
    {
        await using var roll = await TwinCluster.Start();
        foreach (var id in Three)
        {
            await Bring(roll, id, new OwnSecret(null, "sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631"));
        }

        roll.Store.Block();
        await Eventually.IsSoAsync(() =>
        {
            roll.Clock.Advance(TimeSpan.FromSeconds(20));
            return Task.FromResult(roll.Store.Waiting > 0);
        }, step: Eventually.ShortestStep);
        var stopped = roll.Cluster.Silos[0].ServiceProvider.GetServices<IHostedService>().OfType<SecretHardening>().Single()
            .StopAsync(CancellationToken.None);
        roll.Store.Unblock();
        await stopped;

        // The one under way may have been given up by a clock that went on so fast.
        Assert.InRange((await Task.WhenAll(Three.Select(id => Credential(roll, id)))).Count(SecretScheme.IsWeak), 2, 3);
    }

    [Fact]
    public async Task A_wrong_secret_or_code_costs_a_look_into_the_store_whether_the_id_is_known_or_not()
    {
        await using var roll = await TwinCluster.Start();
        await Online(roll);
        foreach (var id in new[] { "lamp", "nobody", "lamp", "nobody" })
        {
            var reads = roll.Store.Reads;
            Assert.Equal(Refusal.InvalidCredentials, (await roll.Grains.GetDevice(id).Authenticate("wrong horse")).Refusal);
            Assert.Equal(Refusal.InvalidActivationCode, (await roll.Grains.GetDevice(id).Register("wrong code", null)).Refusal);
            Assert.Equal(reads + 2, roll.Store.Reads);
        }
    }

    private static async Task<string> Credential(TwinCluster roll, string id) => (await roll.Row(id))!.Profile.Credential!;

    private static async Task<GrainDevice> Online(TwinCluster roll)
    {
        var lamp = await roll.Join("lamp");
        await lamp.Authenticate();
        await lamp.Beat();
        return lamp;
    }

    private static ValueTask<SecretReply> Replace(GrainDevice device, TimeSpan overlap, bool ends) =>
        device.Grain.ReplaceSecret(TwinCluster.Customer, new SecretReplacement(RandomNumberGenerator.GetBytes(32), overlap, ends));

    private static async Task Opens(GrainDevice device, params string[] secrets)
    {
        foreach (var secret in secrets)
        {
            Assert.Equal(Refusal.None, (await device.Grain.Authenticate(secret)).Refusal);
        }
    }

    private static async Task Bring(TwinCluster roll, string id, OwnSecret own) =>
        Assert.Equal(Refusal.None, (await roll.Grains.GetFleet(TwinCluster.Customer)
            .CreateWithSecret(new NewDevice(id, null, null, WithSecret: false), own)).Refusal);
}
