namespace Rollcall.Portal.Commands;

/// <summary>
/// The commands of one device under one filter, as this page knows them: the pages read so far, and what came live. Either may
/// come first. Knows nothing of the browser or of the server; <see cref="Due"/> says what to ask it for.
/// </summary>
public sealed class CommandList(CommandFilter filter)
{
    /// <summary>As many as are kept: a page stays open on a wall for months, and one command may have 48 KiB.</summary>
    public const int Most = 500;

    // The server filters by one status at a time. Asked for one after the other, in the order in which a command goes through
    // them: one that goes on meanwhile is met again, never missed.
    private readonly Part[] _parts = filter.Statuses.Length == 0 ? [new(null)] : [.. filter.Statuses.Select(status => new Part(status))];
    private readonly Dictionary<string, Command> _known = new(StringComparer.Ordinal);
    private Command[]? _rows;

    public CommandFilter Filter => filter;

    /// <summary>The first page is there.</summary>
    public bool Loaded => _parts.All(part => part.Asked);

    /// <summary>There are earlier ones, and room for them.</summary>
    public bool HasEarlier => !IsFull && _parts.Any(part => part.HasMore);

    /// <summary>Earlier ones, if there are any, have no room here.</summary>
    public bool IsFull => _known.Count >= Most;

    /// <summary>Every matching command from this number on is known.</summary>
    public long Horizon => _parts.Where(part => part.HasMore).Select(part => part.Oldest).DefaultIfEmpty().Max();

    /// <summary>What the next page is made of.</summary>
    public IReadOnlyList<Part> Due => Loaded
        ? [.. _parts.Where(part => part.HasMore && part.Oldest == Horizon)]
        : [.. _parts.Where(part => !part.Asked)];

    /// <summary>Newest first, without a gap.</summary>
    public IReadOnlyList<Command> Rows => _rows ??=
        [.. _known.Values.Where(command => filter.Matches(command) && command.Number >= Horizon).OrderByDescending(command => command.Number)];

    /// <summary>The newest that is known of a command, whether or not it is shown.</summary>
    public Command? Find(string id) => _known.GetValueOrDefault(id);

    /// <summary>The answer for a part.</summary>
    public void Take(Part part, CommandPage page)
    {
        foreach (var command in page.Commands)
        {
            Apply(command);
        }

        part.Take(page);
        _rows = null;
    }

    /// <summary>What has ended since another list was read.</summary>
    public IReadOnlyList<Command> EndedSince(CommandList before) =>
        [.. before._known.Values.Where(command => command.IsOpen).Select(command => Find(command.Id)).OfType<Command>()
            .Where(command => !command.IsOpen)];

    /// <summary><c>command_result</c>, and the answers to this page's own calls. An older version never takes the place of a newer one.</summary>
    /// <returns>Whether it tells of an end, or of a late result, that was not known.</returns>
    public bool Apply(Command command)
    {
        var known = Find(command.Id);
        if (known is not null && command.Precedes(known))
        {
            return false;
        }

        _known[command.Id] = command;
        _rows = null;
        if (_known.Count > Most)
        {
            _known.Remove(_known.Values.MinBy(one => one.Number)!.Id);
        }

        return !command.IsOpen && (known is null || known.Precedes(command));
    }

    /// <summary>The commands with one status, or all, and how far they were read.</summary>
    /// <param name="status">Null: whatever it is.</param>
    public sealed class Part(string? status)
    {
        public string? Status => status;

        /// <summary>Of the page that comes next; null for the first.</summary>
        public string? Cursor { get; private set; }

        internal bool Asked { get; private set; }

        internal long Oldest { get; private set; } = long.MaxValue;

        internal bool HasMore => !Asked || Cursor is not null;

        internal void Take(CommandPage page)
        {
            (Asked, Cursor) = (true, page.NextCursor);
            Oldest = page.Commands.Length > 0 ? page.Commands[^1].Number : 0;
        }
    }
}
