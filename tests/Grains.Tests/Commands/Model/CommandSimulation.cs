using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Devices;
using Rollcall.Devices.Presence;
using Rollcall.Devices.Turn;
using Rollcall.Fleet;
using Rollcall.Measuring;
using Rollcall.Outages;
using Rollcall.Secrets;

namespace Rollcall.Commands.Model;

/// <summary>The real twin, without threads, between a store, a gateway and a device that do what they are told; and the model beside it.</summary>
internal sealed partial class CommandSimulation : ITwinHost, IDisposable
{
    public const int Most = 6;
    private const int RoomForTwo = 600;
    private static readonly TimeSpan Stride = TimeSpan.FromSeconds(4);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string Credential = SecretScheme.HashGenerated(SecretScheme.Generate());
    private static readonly IOptions<DeviceOptions> Settings = Options.Create(new DeviceOptions { CommandsMost = Most });
    private static readonly SecretChecker Secrets = new(Options.Create(new SecretOptions { BcryptCost = 4 }), TimeProvider.System);
    private static readonly SiloMeter Unheard = new(new System.Diagnostics.Metrics.Meter("simulation"));
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly OutageMonitor _outages;
    private readonly TwinServices _services;
    private readonly CommandModel _model = new(Most);
    private readonly SimulatedCommands _store;
    private readonly Session _session;
    private readonly Queue<IReadOnlyList<Command>> _handed = new();
    private readonly List<IReadOnlyList<Command>> _news = [];

    /// <summary>What the device was told since its socket opened: what it had before and did not note, it has forgotten.</summary>
    private readonly HashSet<string> _has = [];
    private DeviceTwin? _twin;
    private DateTimeOffset? _due;
    private DeviceConnectionInfo? _link;
    private int _links;
    private int _keys;

    public CommandSimulation()
    {
        _outages = new OutageMonitor(_clock, Settings);
        _outages.GatewayJoined("gateway");
        _store = new SimulatedCommands(Provisioning.NewRow("device", "customer", Start, null, null, Credential), _outages);
        _services = new TwinServices(
            _store, _store, _outages, new Feed.Feed(_clock, NullLoggerFactory.Instance), Secrets, Unheard, Settings.Value, _clock)
        {
            Commands = _store,
            StoreIsAway = () => _store.Away,
            Parameters = new CommandParameters(_store, () => _store.Away, RoomForTwo, _clock),
        };
        _session = Now(Twin.Sessions.Open(Credential)).Session!;

        // In use from the beginning: its first use is a record of its own, which would meet a trouble meant for a command's.
        Assert.True(Now(Twin.Heartbeat(new Heartbeat(_session, false, null, null, "gateway"))).Stored);
    }

    private DeviceTwin Twin => _twin ??= new DeviceTwin("device", this, _services);

    private DateTimeOffset Wall => _clock.GetUtcNow();

    public void Dispose() => _outages.Dispose();

    private void Check()
    {
        var shown = string.Join('\n', _store.Commands.Select(command => command.At(Wall)).Select(command =>
            $"{command.Number} {(command.Status is CommandStatus.Queued or CommandStatus.Sent ? "waiting" : WireNames.Of(command.Status))} "
                + $"{command.Result} {command.Late}"));
        Assert.Equal(_model.Text(), shown);
        _news.ForEach(MayBeDone);
        _news.Clear();
    }

    /// <summary>All is well again: whatever waits reaches the device, in order, and comes to its end.</summary>
    /// <param name="how">By the same twin and socket, by another socket, or by another twin.</param>
    public void Settle(int how)
    {
        Do("store back", 0);
        if (how == 2)
        {
            Do("silo dies", 0);
        }

        if (how == 1 || _link is null)
        {
            Do("connect", 0);
        }

        for (var round = 0; round < 20 && _model.All.Any(entry => _model.Is(entry) is "waiting" or "acknowledged"); round++)
        {
            Do("beat over the socket", 0);
            Do("beat", 0);
            foreach (var entry in _model.All.Where(entry => _model.Is(entry) == "acknowledged").ToArray())
            {
                Is(_model.Report(entry, "completed", "1"), () => Said(Report(entry, CommandStatus.Completed, "1", 1)));
                Check();
            }

            Do("gateway writes", 0);
            foreach (var entry in _model.Waiting.Where(entry => _has.Contains(Id(entry))).ToArray())
            {
                Is(_model.Acknowledge(entry), () => Said(Report(entry, CommandStatus.Acknowledged, null, 1)));
                Check();
            }

            Do("wait", 11);
        }

        Assert.DoesNotContain(_model.All, entry => _model.Is(entry) is "waiting" or "acknowledged");
        Do("reminder", 0);
        Do("wait", 2);
        Assert.Equal(0, _store.Row.Commands.Open);
    }

    void ITwinHost.WakeAfter(TimeSpan due) => _due = Wall + (due > TimeSpan.Zero ? due : TimeSpan.Zero);

    void ITwinHost.NeverWake() => _due = null;

    void ITwinHost.EndConnection(DeviceConnectionInfo link, ConnectionEnd why)
    {
    }

    /// <summary>In order, and nothing that has ended or that the device has.</summary>
    void ITwinHost.Deliver(DeviceConnectionInfo link, IReadOnlyList<Command> commands)
    {
        if (link.ConnectionId == _link?.ConnectionId)
        {
            _handed.Enqueue(commands);
            _news.Add(commands);
        }
    }

    void ITwinHost.Vouch(DeviceConnectionInfo link)
    {
    }

    void ITwinHost.Ended(CommandWaiter waiter, Command command)
    {
    }

    Task ITwinHost.RegisterReminder(ReminderPlan plan) => Task.CompletedTask;

    Task ITwinHost.UnregisterReminder() => Task.CompletedTask;

    void ITwinHost.Leave() => _twin = null;

    private void MayBeDone(IReadOnlyList<Command> commands)
    {
        Assert.Equal(commands.Select(command => command.Number).Order(), commands.Select(command => command.Number));
        Assert.All(commands, command => Assert.Contains(_model.Waiting, entry => entry.Number == command.Number));
        if (commands.Count > 0)
        {
            // None is left out between the first and the last, but for those that sockets died of: they come apart.
            var apart = _store.Commands.Where(command => command.PollOnly).Select(command => command.Number).ToHashSet();
            long[] numbers = [.. _model.Waiting.Select(entry => (long)entry.Number).Where(number => number >= commands[0].Number)];
            var ways = new[] { numbers, [.. numbers.Where(apart.Contains)], [.. numbers.Where(number => !apart.Contains(number))] };
            Assert.Contains(ways, way => way.Take(commands.Count).SequenceEqual(commands.Select(command => command.Number)));
        }

        // Whole, from memory or from the store.
        Assert.All(commands, command => Assert.Equal(Parameters(_model.All[(int)command.Number - 1].Key), command.Parameters));
    }

    /// <summary>
    /// A call is answered as the model says, or UNAVAILABLE while something is wrong; and has changed what the model says, or nothing.
    /// </summary>
    private void Is((string Answer, Action? Change) expected, Func<string> call)
    {
        var (away, failure) = (_store.Away, _store.Failure);
        var answer = call();
        var (met, trouble) = (!away && _store.Away, away || failure is not null);
        Assert.True(answer == expected.Answer || (trouble && answer == "unavailable"), $"answered {answer}, expected {expected.Answer}");
        if (expected.Change is { } change)
        {
            Assert.True(!trouble || answer == "unavailable", $"answered {answer} although it cannot be stored");
            if (!trouble || (met && failure == 1))
            {
                change();
            }
        }
    }

    private static string? Parameters(string key) => key[^1] % 2 == 0 ? $"[\"{key}\"]" : null;

    private static string Said(CommandReply reply) => reply.Refusal switch { Refusal.None => "ok", var other => other.ToString().ToLowerInvariant() };

    private CommandModel.Entry Any(int a) => _model.All[^(1 + (a % Math.Min(_model.All.Count, 8)))];

    private Command Stored(CommandModel.Entry entry) => _store.Commands.Single(command => command.Number == entry.Number);

    private string Id(CommandModel.Entry entry) => Stored(entry).Id;

    private void Pass(TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero;)
        {
            var step = _due - Wall is { } due && due < left ? due : left;
            step = step > Stride ? Stride : step > TimeSpan.Zero ? step : TimeSpan.Zero;
            _clock.Advance(step);
            left -= step;
            _model.Now = (int)(Wall - Start).TotalSeconds;
            if (_due <= Wall)
            {
                _due = null;
                Now(Twin.Turn.Tick());
            }
        }
    }

    private static T Now<T>(ValueTask<T> call)
    {
        Assert.True(call.IsCompleted, "A call waits for something.");
        return call.Result;
    }

    private static void Now(ValueTask call)
    {
        Assert.True(call.IsCompleted, "A call waits for something.");
        call.GetAwaiter().GetResult();
    }
}
