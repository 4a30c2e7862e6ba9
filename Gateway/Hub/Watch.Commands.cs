using Rollcall.Commands;
using Rollcall.Feed;

namespace Rollcall.Hub;

/// <content>
/// Commands of the watched devices: the newest state of each that the client has not been told. An end is never folded away, so a
/// client for which too many wait cannot be served any more, and is to know it.
/// </content>
internal sealed partial class Watch
{
    private const int MostCharacters = 4 * 1024 * 1024;
    private readonly CommandNews _commands = new(mostCommands, MostCharacters);

    /// <summary>Devices whose commands the client asked for by name, whether or not it watches them; null: those that it watches.</summary>
    public HashSet<string>? CommandsOf { get; set; }

    /// <summary>Takes a change of a command over.</summary>
    /// <returns>True: something is to be sent.</returns>
    public bool Offer(CommandItem item)
    {
        var id = item.Command.DeviceId;
        lock (_gate)
        {
            if (CommandsOf is { } named ? !named.Contains(id) : _ids?.Contains(id) == false || (_early is null && !_told.ContainsKey(id) && !_urgent.ContainsKey(id)))
            {
                return false;
            }

            _conflated += _commands.Add(item) ? 1 : 0;
            return _early is null;
        }
    }

    /// <summary>Commands to tell now, after <see cref="Drain"/>: their devices are known to the client.</summary>
    /// <returns>Null: more waited than may, and some were let go of.</returns>
    public IReadOnlyList<Command>? DrainCommands()
    {
        lock (_gate)
        {
            if (_early is not null)
            {
                return [];
            }

            var (items, missed) = _commands.Take();
            return missed ? null : [.. items.Select(item => item.Command).Where(command => CommandsOf is { } named ? named.Contains(command.DeviceId) : _told.ContainsKey(command.DeviceId))];
        }
    }
}
