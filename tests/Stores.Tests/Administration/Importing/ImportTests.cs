using Microsoft.Extensions.Time.Testing;
using Rollcall.Administration.Customers;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Postgres.Connections;
using Rollcall.Secrets;

namespace Rollcall.Administration.Importing;

/// <summary>What every store must do with an import.</summary>
public abstract class ImportTests : IDisposable
{
    private const string Chosen = "correct horse";
    private const string Sha256 = "sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631";
    private const string Bcrypt = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
    private const string Strong = "0123456789abcdef0123456789abcdef";

    private const string Four = $"""
        id,name,location,secret,hash
        strong,Strong,Hall 1,{Strong},
        chosen,Chosen,,{Chosen},
        bcrypt,,,,{Bcrypt}
        sha256,,,,{Sha256}
        """;

    private readonly TemporaryFolder _folder = new();

    private protected abstract Task<TestStore> Open();

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Devices_come_with_their_secrets_and_the_same_file_again_changes_nothing()
    {
        await using var store = await Open();
        Assert.Contains("4 rows: 4 new, 0 to change, 0 unchanged, 0 refused.", await Import(store, Four, dryRun: true), StringComparison.Ordinal);
        Assert.Equal(0, await store.Count("devices"));
        var said = await Import(store, Four);
        Assert.Contains("4 new, 0 changed, 0 unchanged, 0 refused.", said, StringComparison.Ordinal);
        Assert.Contains("1 secrets have fewer than 128 bits", said, StringComparison.Ordinal);
        Assert.Equal((4, 0), ((await store.List()).Counts.Total, (await store.List()).Counts.Online));
        Assert.Equal(["chosen", "sha256"], (await store.Roster.WeakSecretsAsync("", 10, CancellationToken.None)).Select(weak => weak.DeviceId));

        var rows = await Rows(store);
        Assert.Contains("0 new, 0 changed, 4 unchanged, 0 refused.", await Import(store, Four, update: true), StringComparison.Ordinal);
        Assert.Equal(rows, await Rows(store));

        await using var cluster = await StoreSilo.StartAsync(store);
        foreach (var (id, secret) in new[] { ("strong", Strong), ("chosen", Chosen), ("bcrypt", Chosen), ("sha256", Chosen) })
        {
            Assert.Equal(Refusal.InvalidCredentials, (await cluster.Client.GetDevice(id).Authenticate(secret + "!")).Refusal);
            Assert.Equal(Refusal.None, (await cluster.Client.GetDevice(id).Authenticate(secret)).Refusal);
        }

        // Signed in, they have better hashes: the secrets are known to be the same where the file has them, and stay where it has hashes.
        Assert.Empty(await store.Roster.WeakSecretsAsync("", 10, CancellationToken.None));
        said = await Import(store, Four, update: true);
        Assert.Contains("0 new, 0 changed, 4 unchanged, 0 refused.", said, StringComparison.Ordinal);
        Assert.Contains("1 of the unchanged have signed in or have another secret since", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heartbeat_times_come_along_and_are_changed_when_it_is_wished()
    {
        await using var store = await Open();
        await Import(store, $"id,secret,heartbeatInterval,heartbeatTimeout\nlamp,{Strong},3600000,7800000\n");
        Assert.Equal((3_600_000, 7_800_000), await Times());
        Assert.Contains("1 unchanged", await Import(store, $"id,secret\nlamp,{Strong}\n", update: true), StringComparison.Ordinal);
        Assert.Contains(
            "another heartbeatInterval, heartbeatTimeout",
            await Import(store, "id,heartbeatInterval,heartbeatTimeout\nlamp,5000,15000\n"), StringComparison.Ordinal);
        await Import(store, "id,heartbeatInterval,heartbeatTimeout\nlamp,5000,15000\n", update: true);
        Assert.Equal((5_000, 15_000), await Times());
        await Import(store, "id,heartbeatInterval,heartbeatTimeout\nlamp,,\n", update: true);
        Assert.Equal((null, null), await Times());

        async Task<(int?, int?)> Times() =>
            (await store.Row("lamp"))!.Profile is var profile ? (profile.HeartbeatInterval, profile.HeartbeatTimeout) : default;
    }

    [Fact]
    public async Task What_differs_is_changed_only_when_it_is_wished()
    {
        await using var store = await Open();
        await Import(store, Four);
        var other = $"""
            id,name,location,secret
            strong,Strong,Hall 2,{Strong}
            chosen,,,another horse
            """;
        var said = await Import(store, other);
        Assert.Contains("row 2: strong is there with another location: --update changes it.", said, StringComparison.Ordinal);
        Assert.Contains("row 3: chosen is there with another name, secret: --update changes it.", said, StringComparison.Ordinal);
        Assert.Contains("Nothing was written", said, StringComparison.Ordinal);
        Assert.Equal("Hall 1", (await store.Row("strong"))!.Profile.Location);

        var was = (await store.Row("strong"))!;
        Assert.Contains("0 new, 2 changed, 0 unchanged, 0 refused.", await Import(store, other, update: true), StringComparison.Ordinal);
        var now = (await store.Row("strong"))!;
        Assert.Equal(("Strong", "Hall 2", was.Profile.Credential, was.Session),
            (now.Profile.Name, now.Profile.Location, now.Profile.Credential, now.Session));
        Assert.NotEqual(was.Profile.ETag, now.Profile.ETag);
        Assert.True(SecretScheme.MatchesFast((await store.Row("chosen"))!.Profile.Credential!, "another horse"));
        Assert.Null((await store.Row("chosen"))!.Profile.Name);

        // A file that says nothing of secrets leaves them alone.
        Assert.Contains("1 changed, 1 unchanged", await Import(store, "id,name\nstrong,Renamed\nbcrypt,\n", update: true), StringComparison.Ordinal);
        Assert.Equal(now.Profile.Credential, (await store.Row("strong"))!.Profile.Credential);
    }

    [Fact]
    public async Task Beside_a_serving_cluster_twins_make_the_changes_and_are_not_fenced()
    {
        await using var store = await Open();
        await Import(store, Four);
        await using var cluster = await StoreSilo.StartAsync(store);
        var serving = new Serving(cluster.Client);
        var device = cluster.Client.GetDevice("strong");
        var session = (await device.Authenticate(Strong)).Session!;
        await device.Heartbeat(new Heartbeat(session, Goodbye: false, DeviceHealth.Healthy, null, "gateway"));

        await Import(store, $"id,name,secret\nstrong,Renamed,{Strong}\nnew,New,{Strong}\n", update: true, serving: serving);
        Assert.Equal(["new"], serving.Announced);
        Assert.Equal("Renamed", (await device.Read("acme")).Device!.Name);
        Assert.True((await device.Heartbeat(new Heartbeat(session, Goodbye: false, DeviceHealth.Healthy, null, "gateway"))).Stored);

        // Another secret ends its sessions.
        await Import(store, "id,secret\nstrong,fedcba9876543210fedcba9876543210\n", update: true, serving: serving);
        Assert.Equal(
            Refusal.InvalidSession, (await device.Heartbeat(new Heartbeat(session, Goodbye: false, DeviceHealth.Healthy, null, "gateway"))).Refusal);
        Assert.Equal((DeviceStatus.Offline, PresenceReason.Revoked),
            ((await device.Read("acme")).Device!.Status, (await device.Read("acme")).Device!.Reason!.Value));
        Assert.Equal(Refusal.None, (await device.Authenticate("fedcba9876543210fedcba9876543210")).Refusal);
    }

    [Fact]
    public async Task One_wrong_row_stops_all_before_the_first_is_written_unless_it_is_to_be_left_out()
    {
        await using var store = await Open();
        await store.Create("theirs", "other");
        var text = $"""
            id,secret
            good,{Strong}
            theirs,{Strong}
            good,{Strong}
            bare,
            """;
        var said = await Import(store, text);
        Assert.Contains("row 3: theirs is another customer's device.", said, StringComparison.Ordinal);
        Assert.Contains("row 4: good was in row 2 already.", said, StringComparison.Ordinal);
        Assert.Contains("row 5: bare is new and has neither secret nor hash.", said, StringComparison.Ordinal);
        Assert.Contains("4 rows: 1 new, 0 to change, 0 unchanged, 3 refused.", said, StringComparison.Ordinal);
        Assert.Equal(1, await store.Count("devices"));

        said = await Import(store, text, skip: true);
        Assert.Contains("1 new, 0 changed, 0 unchanged, 3 refused.", said, StringComparison.Ordinal);
        Assert.Equal(["good"], (await store.List()).Ids);
    }

    [Fact]
    public async Task Broken_off_it_is_begun_again_and_goes_on()
    {
        await using var store = await Open();
        var text = "id,secret\n" + string.Concat(Enumerable.Range(0, 2_500).Select(i => $"d{i:0000},{Strong}{i:0000}\n"));
        using (var stop = new CancellationTokenSource())
        {
            // The second batch is not begun.
            var output = new StoppingWriter(stop, "  1,000 rows of");
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run(store, text, output, stop.Token));
        }

        Assert.Equal(1_000, await store.Count("devices"));
        Assert.Contains("1,500 new, 0 changed, 1,000 unchanged, 0 refused.", await Import(store, text), StringComparison.Ordinal);
        Assert.Equal(2_500, (await store.List(limit: 1)).Counts.Total);
    }

    private async Task<string> Import(TestStore store, string text, bool dryRun = false, bool update = false, bool skip = false,
        IServingCluster? serving = null)
    {
        using var output = new StringWriter();
        await Run(store, text, output, CancellationToken.None, new ImportWishes(dryRun, update, skip), serving);
        return output.ToString();
    }

    private async Task Run(
        TestStore store, string text, TextWriter output, CancellationToken stop, ImportWishes? wishes = null, IServingCluster? serving = null)
    {
        var path = Path.Combine(_folder.Path, "devices.csv");
        await File.WriteAllTextAsync(path, text, CancellationToken.None);
        wishes ??= new ImportWishes(false, false, false);

        // Each look at the clock is a second later: a line of progress after each batch.
        var clock = new FakeTimeProvider(TestStore.Noon) { AutoAdvanceAmount = TimeSpan.FromSeconds(3) };
        var import = new DeviceImport(new ImportStore(store.Devices, ["acme"]), serving, "acme", wishes.Update, clock);
        await new ImportRun(ImportFile.Open(path), import, wishes, new SecretOptions { BcryptCost = 4 }, output, clock).RunAsync("acme", stop);
    }

    private static async Task<IReadOnlyList<DeviceRow>> Rows(TestStore store) =>
        [.. await store.Devices.ReadAsync(["strong", "chosen", "bcrypt", "sha256"], CancellationToken.None)];

    private sealed class Serving(IGrainFactory grains) : IServingCluster
    {
        public List<string> Announced { get; } = [];

        public async Task AnnounceAsync(string customerId, IReadOnlyList<string> deviceIds)
        {
            Announced.AddRange(deviceIds);
            await grains.GetFleet(customerId).Announce(deviceIds);
        }

        public async Task<Refusal> AmendAsync(string customerId, string deviceId, Amendment amendment) =>
            await grains.GetDevice(deviceId).Amend(customerId, amendment);
    }

    private sealed class StoppingWriter(CancellationTokenSource stop, string at) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(at, StringComparison.Ordinal) == true)
            {
                stop.Cancel();
            }
        }
    }
}
