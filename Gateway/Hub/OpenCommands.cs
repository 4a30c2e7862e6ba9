using Rollcall.Commands;

namespace Rollcall.Hub;

/// <summary>
/// Open commands that a customer's portals were told of. What ends them may be lost with a silo, so they are read again from
/// time to time. Bounded: the commands that come when it is full are told, and not healed.
/// </summary>
internal sealed class OpenCommands(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Command> _open = [];

    /// <summary>A command is told.</summary>
    public void Note(Command command)
    {
        lock (_gate)
        {
            if (!command.IsOpen)
            {
                _open.Remove(command.Id);
            }
            else if (_open.GetValueOrDefault(command.Id) is { } known ? command.Follows(known) : _open.Count < most)
            {
                // Without what it carries: only how far it has come is asked for.
                _open[command.Id] = command with { Parameters = null };
            }
        }
    }

    /// <summary>Which they are, in portions.</summary>
    public IReadOnlyList<(string DeviceId, string CommandId)[]> Portions(int size)
    {
        lock (_gate)
        {
            return [.. _open.Values.Select(command => (command.DeviceId, command.Id)).Chunk(size)];
        }
    }

    /// <summary>What the store has of a portion.</summary>
    /// <returns>What is newer than was told. What is no more is forgotten.</returns>
    public IReadOnlyList<Command> News(IReadOnlyList<(string DeviceId, string CommandId)> portion, IReadOnlyList<Command> stored)
    {
        lock (_gate)
        {
            foreach (var (_, id) in portion.ExceptBy(stored.Select(command => command.Id), one => one.CommandId))
            {
                _open.Remove(id);
            }

            return [.. stored.Where(command => _open.TryGetValue(command.Id, out var known) && !known.Follows(command))];
        }
    }
}
