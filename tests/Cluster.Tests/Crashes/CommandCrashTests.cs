using System.Diagnostics;
using System.Globalization;
using Rollcall.Running;
using Rollcall.Support.Processes;
using Rollcall.Support.Rolls;

namespace Rollcall.Crashes;

/// <summary>
/// 200 commands flow to 50 devices, half of them with sockets, while a silo, a gateway and the agents are killed at seeded times. None
/// is lost, none is done twice, all come to an end. COMMAND_SEED repeats a round.
/// </summary>
public sealed class CommandCrashTests(SharedCluster shared, ITestOutputHelper output)
{
    private const int Devices = 25;
    private const int Commands = 200;
    private static readonly TimeSpan Flow = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Commands_in_flow_while_silo_gateway_and_agents_are_killed_are_neither_lost_nor_done_twice()
    {
        var cluster = await shared.WholeAsync();
        await using var agents = new AgentPair(cluster, Devices);
        await agents.StartAsync();
        for (var round = 1; round <= Rounds.Of(1); round++)
        {
            var seed = Number("COMMAND_SEED", Random.Shared.Next());
            output.WriteLine($"Round {round}, COMMAND_SEED={seed}");
            await RoundAsync(cluster, agents, new Random(seed), $"{seed}-{round}-");
        }
    }

    private static int Number(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : standard;

    private async Task RoundAsync(Cluster cluster, AgentPair agents, Random random, string name)
    {
        using var patience = new CancellationTokenSource(Soon);
        using var sender = new CommandSender(cluster.Addresses);
        var watch = Stopwatch.StartNew();
        var before = agents.Prefixes.Sum(prefix => cluster.Roll.Commands(prefix).Count);
        var (silo, gateway) = (cluster.Silos[random.Next(2)], cluster.Gateways[random.Next(2)]);
        var faults = new (string Name, Func<Task> Befall)[]
        {
            ("a silo", async () => { await silo.KillAsync(); await cluster.StartSiloAsync(silo); }),
            ("a gateway", async () => { await gateway.KillAsync(); await cluster.StartGatewayAsync(gateway); }),
            ("the agents", agents.KillAndStartAsync),
        };
        var befalling = faults.Select(async fault =>
        {
            var at = Flow * random.NextDouble();
            await Task.Delay(at, TimeProvider.System, patience.Token);
            await fault.Befall();
            return $"kill -9 of {fault.Name} after {at.TotalSeconds:0.0} s";
        }).ToArray();
        await Task.WhenAll(Plan(random).Select(async (one, number) =>
        {
            await Task.Delay(one.At, TimeProvider.System, patience.Token);
            await sender.SendAsync($"{name}{number}", agents.Ids[number % agents.Ids.Count], one.Command, one.Ttl, number, patience.Token);
        }));
        var killed = await Task.WhenAll(befalling);
        var sent = watch.Elapsed;

        StoredCommand[] stored = [];
        await Eventually.IsSoAsync(
            () =>
            {
                var ours = sender.Accepted.Values.Select(one => one.Id).ToHashSet();
                stored = [.. agents.Prefixes.SelectMany(cluster.Roll.Commands).Where(command => ours.Contains(command.Id))];
                return Task.FromResult(stored.Length == Commands && stored.All(command => command.HasEnded));
            },
            Soon,
            () =>
                $"all {Commands} have ended; {stored.Length} are stored, not ended "
                    + $"are {string.Join(", ", stored.Where(command => !command.HasEnded).Take(5))}\n{cluster.Said()}");
        var ended = watch.Elapsed;
        await sender.AskAgainAsync(patience.Token);
        Assert.Equal(before + Commands, agents.Prefixes.Sum(prefix => cluster.Roll.Commands(prefix).Count));
        Check(stored, await agents.JournalsAsync());
        var ends = stored.GroupBy(command => command.Error ?? command.Status).OrderByDescending(end => end.Count())
            .Select(end => $"{end.Count()} {end.Key}");
        output.WriteLine(
            $"{string.Join(", ", killed)}: {string.Join(", ", ends)}; {sender.Refused} calls not answered, and made again; all sent "
                + $"after {sent.TotalSeconds:0.0} s, ended after {ended.TotalSeconds:0.0} s, checked after {watch.Elapsed.TotalSeconds:0.0} s");
    }

    private static (TimeSpan At, string Command, int Ttl)[] Plan(Random random) => [.. Enumerable.Range(0, Commands)
        .Select(_ => (Flow * random.NextDouble(), random.Next(10) == 0 ? "diagnostics" : "echo", random.Next(10) == 0 ? random.Next(1, 3) : 60))];

    private static void Check(StoredCommand[] stored, AgentJournal journal)
    {
        Assert.Empty(journal.Twice);
        Assert.All(stored, command =>
        {
            Assert.True(command is { Status: "completed" or "expired" } or { Status: "failed", Error: "interrupted" }, $"{command}");
            if (command.Status == "completed")
            {
                Assert.Contains(command.Id, journal.Begun);
                Assert.Equal("completed", journal.Reports[command.Id]);
            }
        });
        foreach (var device in stored.GroupBy(command => command.DeviceId))
        {
            var acknowledged = device.OrderBy(command => command.Number).Select(command => command.AcknowledgedAt).OfType<DateTimeOffset>().ToArray();
            Assert.Equal(acknowledged.Order(), acknowledged);
        }
    }

    /// <summary>Two processes: one whose devices have sockets, one whose devices beat over REST at the other gateway.</summary>
    private sealed class AgentPair(Cluster cluster, int devices) : IAsyncDisposable
    {
        private readonly (string Prefix, int Gateway, bool Sockets)[] _kinds = [("spoken", 0, true), ("fetched", 1, false)];
        private readonly List<Child> _processes = [];
        private readonly Dictionary<string, AgentJournal> _journals = [];

        public string[] Prefixes => [.. _kinds.Select(kind => kind.Prefix)];

        public IReadOnlyList<string> Ids => [.. _kinds.SelectMany(
            kind => Enumerable.Range(1, devices).Select(number => string.Create(CultureInfo.InvariantCulture, $"{kind.Prefix}-{number:D5}")))];

        public async Task StartAsync()
        {
            Start();
            using var portal = cluster.Portal();
            foreach (var prefix in Prefixes)
            {
                await portal.AllAreAsync("online", prefix, devices, Soon);
            }
        }

        public async Task KillAndStartAsync()
        {
            await KillAsync();
            Start();
        }

        /// <summary>All that was ever begun. Nothing is open now, so their end costs nothing.</summary>
        public async Task<AgentJournal> JournalsAsync()
        {
            await KillAndStartAsync();
            return AgentJournal.Of(_journals.Values);
        }

        public async ValueTask DisposeAsync() => await KillAsync();

        private void Start() => _processes.AddRange(_kinds.Select(kind => cluster.RunAgents(
            kind.Gateway, Cluster.EnrolmentKey, kind.Prefix, devices, kind.Sockets, ("MOCK_COMMAND_LATENCY", "150"), ("WEBSOCKET_PING", "1000"),
            ("WEBSOCKET_PATIENCE", "1000"))));

        private async Task KillAsync()
        {
            await Task.WhenAll(_processes.Select(process => process.KillAsync()));
            _processes.Clear();
            foreach (var prefix in Prefixes)
            {
                (_journals.TryGetValue(prefix, out var journal) ? journal : _journals[prefix] = new AgentJournal(cluster.StateOf(prefix))).Read();
            }
        }
    }
}
