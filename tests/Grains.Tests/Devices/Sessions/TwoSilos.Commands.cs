using Rollcall.Clocks;
using Rollcall.Commands;
using Rollcall.Journal;

namespace Rollcall.Devices.Sessions;

/// <content>Commands of that device, and the table that they are kept in.</content>
internal sealed partial class TwoSilos : ICommandStore
{
    private const string Never = "1-000000000000000000000000";
    private static readonly TimeSpan Long = TimeSpan.FromDays(30);
    private readonly SortedDictionary<long, Command> _commands = [];
    private int _keys;

    /// <summary>The commands in the answer to the last beat, by their place.</summary>
    public string Handed { get; private set; } = "";

    /// <summary>The command that was set apart by the last call, because sockets died of it.</summary>
    public int? Apart { get; set; }

    public IEnumerable<(int Place, string Id)> Commands => _commands.Select(command => ((int)command.Key, command.Value.Id));

    public Refusal Send(int silo)
    {
        var command = new NewCommand("blink", null, Long, "owner", $"key-{++_keys}", MayBeKnown: false);
        return Call(silo, twin => Now(twin.Commands.Send("customer", command)).Refusal);
    }

    public void Sent(int silo, int? link, string[] ids) => Call(silo, twin =>
    {
        Now(twin.MarkDelivered(link is { } number ? $"{number}" : null, ids));
        return Refusal.None;
    });

    /// <param name="id">Null: of a command that there never was.</param>
    public Refusal Report(int silo, Session session, string? id, CommandStatus status, int? link) => Call(silo, twin =>
    {
        if (_mistake.ReportsAreUses)
        {
            Now(twin.Touch(new DeviceConnectionInfo("none", session, Gateway)));
        }

        var token = _row is null ? session : _mistake.Reported(Read(_row).Session, session);
        var error = status == CommandStatus.Failed ? "broken" : null;
        return Now(
            twin.Report(new CommandReport(token, link is { } number ? LinkOf(number, token) : null, id ?? Never, status, null, error))).Refusal;
    });

    Task<IReadOnlyList<Command>> ICommandStore.OpenAsync(string deviceId, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Command>>([.. _commands.Values.Where(command => command.IsOpen)]);

    Task<IReadOnlyDictionary<long, string>> ICommandStore.ParametersAsync(
        string deviceId, IReadOnlyList<long> numbers, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<long, string>>(new Dictionary<long, string>());

    Task<Command?> ICommandStore.FindAsync(string deviceId, string commandId, CancellationToken cancellation) =>
        Task.FromResult(_commands.Values.FirstOrDefault(command => command.Id == commandId));

    Task<IReadOnlyList<Command>> ICommandStore.FindOfCustomerAsync(
        string customerId, IReadOnlyList<(string DeviceId, string CommandId)> ids, CancellationToken cancellation) =>
            throw new NotSupportedException();

    Task<(Command Command, string? Fingerprint)?> ICommandStore.FindByKeyAsync(
        string deviceId, string idempotencyKey, DateTimeOffset since, CancellationToken cancellation) => throw new NotSupportedException();

    Task<(IReadOnlyList<Command> Commands, bool More)?> ICommandStore.ListAsync(
        string customerId, CommandQuery query, WallTime now, CancellationToken cancellation) => throw new NotSupportedException();

    Task<int> ICommandStore.PruneAsync(DateTimeOffset before, CancellationToken cancellation) => throw new NotSupportedException();

    private void Keep(Change record)
    {
        foreach (var write in record.Commands())
        {
            _commands[write.Command.Number] = write.Command;
        }

        if (record.Next is null)
        {
            _commands.Clear();
        }
    }

    private void NoteApart(Change record) =>
        Apart = record.Commands() is [{ Command: { PollOnly: true } command }] && command.Status <= CommandStatus.Sent ? (int)command.Number : Apart;

    private static string Text(IEnumerable<Command> commands) =>
        string.Concat(commands.Select(command => $" {command.Number}:{WireNames.Of(command.Status)}{(command.PollOnly ? "!" : "")}"));
}
