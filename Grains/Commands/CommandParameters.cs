namespace Rollcall.Commands;

/// <summary>
/// A cache of the parameters used last, one per silo: those of a command that is delivered at once are never read again, and a backlog is
/// read ten by ten. Bounded by bytes.
/// </summary>
/// <param name="away">True: the store is away, and no turn waits for it.</param>
/// <param name="most">Bytes in memory; 0: nothing is kept.</param>
internal sealed class CommandParameters(ICommandStore store, Func<bool> away, long most, TimeProvider clock)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Bytes of an entry beside its texts.</summary>
    private const int Overhead = 200;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Id, string Parameters)>> _known = [];
    private readonly LinkedList<(string Id, string Parameters)> _newest = [];
    private long _bytes;

    /// <summary>Bytes that are kept now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The same commands with their parameters, in the order given.</summary>
    /// <exception cref="StoreUnavailableException">Some have to be read, and the store is away.</exception>
    public async ValueTask<IReadOnlyList<Command>> WholeAsync(string deviceId, IReadOnlyList<Command> commands)
    {
        if (commands.All(command => command.Withheld == 0))
        {
            return commands;
        }

        var whole =
            commands.Select(command => command.Withheld > 0 && Known(command.Id) is { } parameters ? command.With(parameters) : command).ToArray();
        var missing = whole.Where(command => command.Withheld > 0).Select(command => command.Number).ToArray();
        if (missing.Length == 0)
        {
            return whole;
        }

        var read = await ReadAsync(deviceId, missing);
        for (var i = 0; i < whole.Length; i++)
        {
            if (whole[i].Withheld > 0)
            {
                // A row that is missing was removed with its device, which watchers learn as well.
                whole[i] = read.TryGetValue(whole[i].Number, out var parameters) ? Keep(whole[i].With(parameters)) : whole[i] with { Withheld = 0 };
            }
        }

        return whole;
    }

    /// <summary>Keeps the parameters of a command that is new.</summary>
    public Command Keep(Command command)
    {
        if (command.Parameters is { } parameters && Size(command.Id, parameters) <= most)
        {
            lock (_gate)
            {
                if (!_known.ContainsKey(command.Id))
                {
                    _known[command.Id] = _newest.AddFirst((command.Id, parameters));
                    _bytes += Size(command.Id, parameters);
                }

                while (_bytes > most)
                {
                    Drop(_newest.Last!);
                }
            }
        }

        return command;
    }

    /// <summary>Drops the parameters of a command that has ended.</summary>
    public void Forget(string commandId)
    {
        lock (_gate)
        {
            if (_known.TryGetValue(commandId, out var node))
            {
                Drop(node);
            }
        }
    }

    private string? Known(string id)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(id, out var node))
            {
                return null;
            }

            _newest.Remove(node);
            _newest.AddFirst(node);
            return node.Value.Parameters;
        }
    }

    private async Task<IReadOnlyDictionary<long, string>> ReadAsync(string deviceId, IReadOnlyList<long> numbers)
    {
        if (away())
        {
            throw new StoreUnavailableException("The store is away.");
        }

        try
        {
            return await store.ParametersAsync(deviceId, numbers, CancellationToken.None).WaitAsync(Timeout, clock);
        }
        catch (TimeoutException slow)
        {
            throw new StoreUnavailableException("The parameters of commands cannot be read now.", slow);
        }
    }

    private void Drop(LinkedListNode<(string Id, string Parameters)> node)
    {
        _newest.Remove(node);
        _known.Remove(node.Value.Id);
        _bytes -= Size(node.Value.Id, node.Value.Parameters);
    }

    private static long Size(string id, string parameters) => (2L * (id.Length + parameters.Length)) + Overhead;
}
