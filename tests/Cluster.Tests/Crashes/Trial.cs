using System.Diagnostics;
using System.Globalization;
using Rollcall.Running;
using Rollcall.Support.Fleets;
using Rollcall.Support.Rolls;
using StackExchange.Redis;

namespace Rollcall.Crashes;

/// <summary>A fleet that beats through whatever befalls the cluster, and what must be true of it afterwards.</summary>
internal sealed class Trial : IAsyncDisposable
{
    private const int Devices = 500;
    private static readonly TimeSpan ToBegin = TimeSpan.FromSeconds(30);
    private static readonly int SilentOnes = Number("CLUSTER_SILENT", 20);
    private static int _trials;
    private readonly Cluster _cluster;
    private readonly ITestOutputHelper _output;
    private readonly Random _random;
    private readonly TestFleet _fleet;
    private readonly DateTimeOffset _since;
    private readonly HashSet<string> _silent = [];

    private Trial(Cluster cluster, ITestOutputHelper output, Random random, IReadOnlyList<FleetDevice> devices)
    {
        (_cluster, _output, _random) = (cluster, output, random);
        _fleet = new TestFleet(cluster.Addresses, devices, random, (300, 900));
        _since = TimeProvider.System.GetUtcNow();
    }

    public TestFleet Fleet => _fleet;

    public static async Task<Trial> BeginAsync(Cluster cluster, ITestOutputHelper output, Random random)
    {
        var devices = await cluster.AddDevicesAsync(Devices, $"trial{Interlocked.Increment(ref _trials)}-{random.Next(1_000_000)}-");
        var trial = new Trial(cluster, output, random, devices);
        await trial._fleet.SignInAsync();
        trial._fleet.Go();
        await Eventually.IsSoAsync(() => devices.All(device => device.Stored > 0), ToBegin, () => $"all beat: {trial._fleet}\n{cluster.Said()}");
        return trial;
    }

    /// <summary>Some cease to beat at this very moment; CLUSTER_SILENT for more.</summary>
    public void Silence()
    {
        foreach (var device in _fleet.Devices.Where(device => !device.Silent).OrderBy(_ => _random.Next()).Take(SilentOnes))
        {
            device.Silent = true;
            _silent.Add(device.Id);
        }
    }

    /// <summary>Any moment in the flow of beats.</summary>
    public Task AnyMomentAsync() => Task.Delay(TimeSpan.FromMilliseconds(_random.Next(500, 2_000)), TimeProvider.System);

    /// <summary>Waits until a beat of every device that still beats was stored since now.</summary>
    public async Task<TimeSpan> RecoveryAsync(string after, TimeSpan within)
    {
        var watch = Stopwatch.StartNew();
        var before = _fleet.Devices.Where(device => !device.Silent).Select(device => (Device: device, device.Sent)).ToArray();
        await Eventually.IsSoAsync(
            () => before.All(one => one.Device.Stored > one.Sent),
            within,
            () =>
                $"every device is heard again after {after}; "
                    + $"not {string.Join(", ", before.Where(one => one.Device.Stored <= one.Sent).Take(5).Select(one => one.Device.Id))}; "
                    + $"answers {_fleet}\n{_cluster.Said()}");
        _output.WriteLine(
            $"{after}: beats of all {before.Length} devices stored again after {watch.Elapsed.TotalSeconds:0.0} s; answers so far: {_fleet}");
        return watch.Elapsed;
    }

    /// <summary>Nobody falsely offline, no answered beat lost, every silent device offline, Redis as the roll says.</summary>
    /// <param name="silentWithin">How long the silent ones may still take.</param>
    public async Task EndAsync(TimeSpan silentWithin)
    {
        var watch = Stopwatch.StartNew();
        await Eventually.IsSoAsync(
            () => StillOnline().Count == 0, silentWithin,
            () => $"the {_silent.Count} silent devices are offline; not {string.Join(", ", StillOnline())}");
        _output.WriteLine($"{_silent.Count} silent devices offline after further {watch.Elapsed.TotalSeconds:0.0} s");
        await _fleet.PauseAsync();
        var lapses = Lapses().Where(lapse => !_silent.Contains(lapse.DeviceId)).ToArray();
        Assert.True(
            lapses.Length == 0,
            $"{lapses.Length} of {_fleet.Devices.Count} were falsely offline: {string.Join(", ", lapses.Take(5))}; longest wait for an "
                + $"answer {_fleet.LongestWait.TotalSeconds:0.0} s");
        Promises.AreKept(_cluster.Roll, _fleet);
        _fleet.HeardNoRefusal();
        await SessionsAreAsInTheRoll();
    }

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    /// <summary>Silent devices that the roll calls online. One whose last word was a goodbye has been offline before.</summary>
    private List<StoredDevice> StillOnline() =>
        [.. _cluster.Roll.Devices().Where(device => _silent.Contains(device.Id) && device.Status == "online")];

    /// <summary>Transitions that nobody wished.</summary>
    private List<StoredEvent> Lapses()
    {
        var ours = _fleet.Devices.Select(device => device.Id).ToHashSet();
        return [.. _cluster.Roll.Events()
            .Where(one => ours.Contains(one.DeviceId) && one.At >= _since && one.To == "offline" && one.Reason != "goodbye")];
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given : otherwise;

    private static string[] Keys(ConnectionMultiplexer redis)
    {
        try
        {
            return [.. redis.GetServers()[0].Keys(pattern: "session:*", pageSize: 1_000).Select(key => key.ToString()).Distinct()
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception loading) when (loading is RedisException or AggregateException)
        {
            return [];
        }
    }

    private async Task SessionsAreAsInTheRoll()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(_cluster.Redis.ConnectionString);
        string[] keys = [], sessions = [];
        await Eventually.IsSoAsync(
            () =>
            {
                sessions = [.. _cluster.Roll.Sessions().Select(id => "session:" + id).Order(StringComparer.Ordinal)];
                keys = Keys(redis);
                return keys.SequenceEqual(sessions);
            },
            TimeSpan.FromSeconds(30),
            () => $"the {keys.Length} sessions in Redis are the {sessions.Length} of the roll");
    }
}
