using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Enrolment;
using Rollcall.Journal;
using Rollcall.Migrations;
using Rollcall.Fleet;
using Rollcall.Sqlite;

namespace Rollcall.Clusters;

/// <summary>Two silos that talk over sockets, on the real clock: everything on the wire can be serialized, and a silo may leave.</summary>
public sealed class TwoSilosTests
{
    private static SqliteWriter? s_writer;
    private static SqliteReaders? s_readers;

    [Fact]
    public async Task Keep_the_roll_together_and_one_keeps_it_alone()
    {
        using var folder = new TemporaryFolder();
        using (var migrator = Migrator.ForSqlite(folder.Database))
        {
            migrator.Up();
        }

        using (s_writer = new SqliteWriter(folder.Database))
        using (s_readers = new SqliteReaders(folder.Database))
        {
            var builder = new TestClusterBuilder(initialSilosCount: 2);
            builder.AddSiloBuilderConfigurator<Silo>();
            await using var cluster = builder.Build();
            await cluster.DeployAsync();
            await Beat(cluster);
        }
    }

    private static async Task Beat(TestCluster cluster)
    {
        var ids = Enumerable.Range(0, 20).Select(i => $"lamp-{i}").ToArray();
        var key = await cluster.Client.GetCustomer("acme").CreateKey(new NewKey("lamps", ids.Length, null));
        var sessions = await Task.WhenAll(ids.Select(async id =>
        {
            var joined = await cluster.Client.GetEnrolmentKey(key.Text!).Enrol(id, "Lamp");
            return (await cluster.Client.GetDevice(id).Authenticate(joined.Secret!)).Session!;
        }));
        await Round("""{"cpu":1}""", "fan");
        Assert.All((await List()).Devices, device => Assert.Equal(["fan"], device.IgnoredMetrics));

        // As a silo of the former version would write to its end.
        await s_writer!.WriteAsync(statements => statements.Execute("UPDATE devices SET search = device_id || char(10) || 'lamp ς'"),
            CancellationToken.None);
        await cluster.StopSiloAsync(cluster.SecondarySilos[0]);
        await Round("""{"cpu":2}""");
        await Eventually.IsSoAsync(async () => (await s_readers!.ReadAsync(
            statements => SqliteRow.All(statements.Query("SELECT COUNT(*) FROM devices WHERE search = device_id || char(10) || 'lamp'"),
                row => row.GetInt32(0)), CancellationToken.None)) is [20]);

        var page = await List();
        Assert.Equal((20, 20L), (page.Devices.Count, page.Counts.Online));
        Assert.Equal(20, Assert.Single(await cluster.Client.GetCustomer("acme").ListKeys()).Devices);
        Assert.All(page.Devices, device => Assert.Equal(("""{"cpu":2}""", 1L, null), (device.Metrics, device.Seq, device.IgnoredMetrics)));

        ValueTask<DevicePage> List() => cluster.Client.GetFleet("acme").List(new DeviceQuery(DeviceStatus.Online, null, null, null, 100));

        async Task Round(string metrics, params string[] ignored)
        {
            for (var i = 0; i < ids.Length; i++)
            {
                var beat =
                    new Heartbeat(sessions[i], false, DeviceHealth.Healthy, metrics, TwinCluster.Gateway, Ignored: ignored.Length > 0
                        ? ignored : null);
                Assert.True((await cluster.Client.GetDevice(ids[i]).Heartbeat(beat)).Stored);
            }
        }
    }

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder silo)
        {
            silo.AddTwins(new TwinSettings { Secrets = new() { BcryptCost = 4 } });
            silo.UseInMemoryReminderService();
            silo.Services.AddSingleton(s_writer!);
            silo.Services.AddSingleton(s_readers!);
            silo.Services.AddSingleton<IDeviceStore, SqliteDeviceStore>();
            silo.Services.AddSingleton<IFleetStore, SqliteFleetStore>();
            silo.Services.AddSingleton<ICommandStore, SqliteCommandStore>();
            silo.Services.AddGrainStorageInSqlite();
        }
    }
}
