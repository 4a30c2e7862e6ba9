using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Reminders;
using Orleans.TestingHost;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Journal;
using Rollcall.Migrations;
using Rollcall.Outages;
using Rollcall.Schema;
using Rollcall.Sqlite;

namespace Rollcall;

/// <summary>
/// A silo that keeps the roll over a real SQLite file, in one process, on one fake clock that the test alone moves.
/// Background loops of Orleans keep the real time, or moving the clock would spin them.
/// </summary>
internal sealed class TwinCluster : IAsyncDisposable
{
    public const string Customer = "acme";
    public const string Gateway = "gateway-1";
    private readonly List<IDeviceGrain> _devices = [];
    private readonly TemporaryFolder _folder;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly SqliteFleetStore _roster;
    private readonly bool _ownsFolder;

    private TwinCluster(TemporaryFolder? folder, FakeTimeProvider? clock, SharedReminders? reminders, TwinSettings settings, short silos)
    {
        (_folder, _ownsFolder) = (folder ?? new TemporaryFolder(), folder is null);
        Clock = clock ?? new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Reminders = reminders ?? new SharedReminders();
        using (var migrator = Migrator.ForSqlite(_folder.Database))
        {
            migrator.Up();
        }

        (_writer, _readers) = (new SqliteWriter(_folder.Database), new SqliteReaders(_folder.Database));
        _roster = new SqliteFleetStore(_writer, _readers);
        Store = new FaultyStore(new SqliteDeviceStore(_writer, _readers, Clock));
        var builder = new InProcessTestClusterBuilder(silos);
#pragma warning disable ORLEANSEXP003 // As the product does.
        builder.Options.UseDistributedGrainDirectory = true;
#pragma warning restore ORLEANSEXP003
        builder.ConfigureSilo((_, silo) => Configure(silo, settings));
        Cluster = builder.Build();
    }

    /// <summary>For a test that moves the clock by hours: what is under way in the store is not late by that.</summary>
    public static Action<TwinSettings> Unhurried => settings => settings.Journal.Timeout = TimeSpan.FromDays(30);

    public FakeTimeProvider Clock { get; }

    public FaultyStore Store { get; }

    public SharedReminders Reminders { get; }

    /// <summary>What the silos' twins have said to be stored.</summary>
    public RecordedChanges Changes { get; } = new();

    /// <summary>Whoever asks for commands gets no answer.</summary>
    public bool CommandsAreSilent { get; set; }

    public InProcessTestCluster Cluster { get; }

    public OutageMonitor Outages => Cluster.Silos[0].ServiceProvider.GetRequiredService<OutageMonitor>();

    public DeviceJournal Journal => Cluster.Silos[0].ServiceProvider.GetRequiredService<DeviceJournal>();

    public IGrainFactory Grains => Cluster.Client;

    public static async Task<TwinCluster> Start(
        TemporaryFolder? folder = null, FakeTimeProvider? clock = null, SharedReminders? reminders = null, Action<TwinSettings>? change = null,
        short silos = 1)
    {
        var settings = new TwinSettings { Secrets = new() { BcryptCost = 4 } };
        change?.Invoke(settings);
        var roll = new TwinCluster(folder, clock, reminders, settings, silos);
        await roll.Cluster.DeployAsync();
        foreach (var silo in roll.Cluster.Silos)
        {
            // As the host does: a silo without a gateway is deaf.
            silo.ServiceProvider.GetRequiredService<OutageMonitor>().GatewayJoined(Gateway);
        }

        return roll;
    }

    /// <summary>A device created with a secret and authenticated.</summary>
    public async Task<GrainDevice> Join(string id)
    {
        var created = await Grains.GetFleet(Customer).Create(new NewDevice(id, null, null, WithSecret: true));
        var device = Known(id, created.Secret!);
        await device.Authenticate();
        return device;
    }

    public GrainDevice Known(string id, string secret, Session? session = null)
    {
        var grain = Grains.GetDevice(id);
        _devices.Add(grain);
        return new GrainDevice(this, id, grain, secret) { Session = session! };
    }

    /// <summary>Moves the clock in steps that are no stall, and after each lets every device end its turn.</summary>
    public async Task Pass(double seconds)
    {
        for (var left = TimeSpan.FromSeconds(seconds); left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            Clock.Advance(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
            await Turns();
        }
    }

    /// <summary>A call that changes nothing waits for its turn behind every tick that is due.</summary>
    public async Task Turns()
    {
        foreach (var device in _devices)
        {
            await device.Disconnect("no such link");
        }
    }

    /// <summary>Brings a store back that was away, and waits until the refused twins have been called.</summary>
    public async Task Recover(Func<Task<bool>> seen)
    {
        Store.Fault = Fault.None;
        Store.Unblock();
        await Eventually.IsSoAsync(async () =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(50));
            return await seen();
        }, step: Eventually.ShortestStep);
    }

    public Task Lose(GrainDevice device) => Cluster.DeactivateAsync(device.Grain);

    public async Task<DeviceRow?> Row(string id) => await _readers.ReadAsync(
        statements =>
        {
            using var row = statements.Query($"SELECT {DeviceTable.Columns} FROM devices WHERE device_id = $0", id);
            return row.Read() ? DeviceTable.Read(new SqliteRow(row)) : null;
        },
        CancellationToken.None);

    public async Task<IReadOnlyList<Transition>> Events(string id) =>
        (await _roster.EventsAsync(Customer, id, null, 1_000, CancellationToken.None)).Events;

    /// <summary>Runs a statement behind everybody's back.</summary>
    public Task<int> Execute(string sql) => _writer.WriteAsync(statements => statements.Execute(sql), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Store.Fault = Fault.None;
        Store.Unblock();
        await Cluster.DisposeAsync();
        _writer.Dispose();
        _readers.Dispose();
        if (_ownsFolder)
        {
            _folder.Dispose();
        }
    }

    private void Configure(ISiloBuilder silo, TwinSettings settings)
    {
        silo.AddTwins(settings);
        silo.AddReminders();
        silo.Services.AddSingleton<IReminderTable>(Reminders);
        silo.Services.AddSingleton<IChangeSink>(Changes);
        silo.Services.AddSingleton<IDeviceStore>(Store);
        silo.Services.AddSingleton<IFleetStore>(_roster);
        silo.Services.AddSingleton<ICommandStore>(new SilentCommandStore(new SqliteCommandStore(_writer, _readers), () => CommandsAreSilent));
        silo.Services.AddSingleton(_writer).AddSingleton(_readers).AddGrainStorageInSqlite();
        silo.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
        silo.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
        silo.Services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, new ReadingTakesTime(Clock));
    }
}
