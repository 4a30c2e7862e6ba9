using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Outages;

namespace Rollcall.Commands.Model;

/// <summary>A store of one device and its commands that fails as it is told: after a failure it is away until it is back.</summary>
internal sealed class SimulatedCommands(DeviceRow row, OutageMonitor outages) : ICommandStore, IJournal, IDeviceReader
{
    private readonly Dictionary<string, CommandChanged> _commands = [];

    public DeviceRow Row { get; private set; } = row;

    /// <summary>What the next write meets: 0 surely not written, 1 written and unknown, 2 lost and unknown; null: nothing is wrong.</summary>
    public int? Failure { get; set; }

    public bool Away { get; private set; }

    public bool IsTroubled => Away || Failure is not null;

    public IEnumerable<Command> Commands => _commands.Values.Select(write => write.Command).OrderBy(command => command.Number);

    public void Recover()
    {
        Failure = null;
        if (Away)
        {
            Away = false;
            outages.StoreBack();
        }
    }

    public Task<DeviceRow?> Read(string deviceId) => Answer<DeviceRow?>(() => Row);

    public Task<AppendResult> Append(Change record) => Task.FromResult(Write(record));

    public Task<IReadOnlyList<Command>> OpenAsync(string deviceId, CancellationToken cancellation) =>
        Answer<IReadOnlyList<Command>>(() => [.. Commands.Where(command => command.IsOpen).Select(command => command.Light())]);

    public Task<IReadOnlyDictionary<long, string>> ParametersAsync(string deviceId, IReadOnlyList<long> numbers, CancellationToken cancellation) =>
        Answer<IReadOnlyDictionary<long, string>>(() => Commands.Where(command => numbers.Contains(command.Number) && command.Parameters is not null)
            .ToDictionary(command => command.Number, command => command.Parameters!));

    public Task<Command?> FindAsync(string deviceId, string commandId, CancellationToken cancellation) =>
        Answer(() => _commands.GetValueOrDefault(commandId)?.Command);

    public Task<(Command Command, string? Fingerprint)?> FindByKeyAsync(
        string deviceId, string idempotencyKey, DateTimeOffset since, CancellationToken cancellation) =>
        Answer<(Command, string?)?>(() => _commands.Values.Where(write => write.IdempotencyKey == idempotencyKey && write.Command.CreatedAt > since)
            .OrderByDescending(write => write.Command.Number).Select(write => ((Command, string?)?)(write.Command, write.Fingerprint))
            .FirstOrDefault());

    public Task<IReadOnlyList<Command>> FindOfCustomerAsync(
        string customerId, IReadOnlyList<(string DeviceId, string CommandId)> ids, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<(IReadOnlyList<Command> Commands, bool More)?> ListAsync(
        string customerId, CommandQuery query, WallTime now, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<int> PruneAsync(DateTimeOffset before, CancellationToken cancellation) => throw new NotSupportedException();

    private Task<T> Answer<T>(Func<T> read) =>
        IsTroubled ? Task.FromException<T>(new StoreUnavailableException("simulated")) : Task.FromResult(read());

    private AppendResult Write(Change record)
    {
        if (Away)
        {
            return AppendResult.Unavailable;
        }

        if (Failure is not { } failure)
        {
            return Commit(record);
        }

        Away = true;
        outages.StoreLost();
        if (failure == 1)
        {
            Commit(record);
        }

        return failure == 0 ? AppendResult.Unavailable : AppendResult.Unknown;
    }

    private AppendResult Commit(Change record)
    {
        if (Row.Revision != record.Base!.Revision)
        {
            return AppendResult.Fenced;
        }

        Row = record.Next!;
        Assert.Distinct(record.Commands().Select(write => write.Command.Id));
        foreach (var write in record.Commands())
        {
            var before = _commands.GetValueOrDefault(write.Command.Id);
            Assert.True(before is null || (write.Command.Follows(before.Command) && write.Command != before.Command),
                $"{before?.Command} became {write.Command}");
            Assert.True(before is not null || write.Command.Withheld == 0, "A new command is written whole.");
            var command = before is null ? write.Command : write.Command with { Parameters = before.Command.Parameters, Withheld = 0 };
            _commands[write.Command.Id] = write with { Command = command, IdempotencyKey = write.IdempotencyKey ?? before?.IdempotencyKey,
                Fingerprint = write.Fingerprint ?? before?.Fingerprint };
        }

        Assert.Equal(Row.Commands, new CommandState(Commands.Count(command => command.IsOpen), _commands.Count));
        return AppendResult.Stored;
    }
}
