using Rollcall.Commands;

namespace Rollcall.Feed;

/// <summary>A change of a command, for those who watch its device.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.command-item")]
public sealed record CommandItem([property: Id(0)] string CustomerId, [property: Id(1)] Command Command);

/// <summary>
/// Changes of commands that wait to be told: the newest of each, so an end is never skipped for a state before it. Bounded by number
/// and by size; what is more is dropped and said to be missed. Not thread-safe.
/// </summary>
/// <param name="most">Commands.</param>
/// <param name="mostCharacters">Of parameters, results and errors together.</param>
public sealed class CommandNews(int most, int mostCharacters)
{
    private Dictionary<string, CommandItem> _newest = [];
    private int _characters;
    private bool _missed;

    /// <summary>There is nothing to be told.</summary>
    public bool IsEmpty => _newest.Count == 0 && !_missed;

    /// <summary>Commands that wait.</summary>
    public int Count => _newest.Count;

    /// <summary>Bytes of memory that they take, about.</summary>
    public long Bytes => (2L * _characters) + (_newest.Count * 500L);

    /// <returns>True: it took an older one's place.</returns>
    public bool Add(CommandItem item)
    {
        var earlier = _newest.GetValueOrDefault(item.Command.Id);
        if (earlier is not null && !item.Command.Follows(earlier.Command))
        {
            return true;
        }

        _characters += Weight(item) - (earlier is null ? 0 : Weight(earlier));
        _newest[item.Command.Id] = item;
        if (_newest.Count > most || _characters > mostCharacters)
        {
            Miss();
        }

        return earlier is not null;
    }

    /// <summary>Something cannot be told any more.</summary>
    public void Miss() => (_newest, _characters, _missed) = ([], 0, true);

    /// <summary>What waits, in the order in which it came, each at the place of its first; and whether something was missed before it.</summary>
    public (IReadOnlyList<CommandItem> Items, bool Missed) Take()
    {
        var taken = (_newest.Values.ToArray(), _missed);
        (_newest, _characters, _missed) = ([], 0, false);
        return taken;
    }

    private static int Weight(CommandItem item) => Length(item.Command.Parameters) + Length(item.Command.Result) + Length(item.Command.Error);

    private static int Length(string? text) => text?.Length ?? 0;
}
