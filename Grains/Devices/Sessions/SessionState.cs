namespace Rollcall.Devices.Sessions;

/// <summary>
/// A device's sessions: the one in force, and the next one, which was issued and has not been used. A sign-in issues a next session and ends
/// nothing; its first use puts it into force. Tokens are compared by id, so a device created again admits no token of the former one. Time
/// plays no part.
/// </summary>
/// <param name="Epoch">The highest ever given; grows with every sign-in, and when all sessions are ended.</param>
/// <param name="Id">Of the session in force; null: none.</param>
/// <param name="OpenedAt">When that was issued; it ends one DEVICE_SESSION_TTL later. Null also for a session opened before this was stored.</param>
/// <param name="Next">Issued with exactly this epoch, and not used yet.</param>
internal sealed record SessionState(long Epoch, string? Id, DateTimeOffset? OpenedAt = null, NextSession? Next = null)
{
    /// <summary>As a store has them.</summary>
    /// <param name="nextEpoch">
    /// Only the highest epoch ever given is a next session's: a silo of the former version, which leaves these columns alone, may have
    /// opened or ended a session since.
    /// </param>
    public static SessionState Of(long epoch, string? id, DateTimeOffset? openedAt, string? nextId, long? nextEpoch, DateTimeOffset? nextIssuedAt) =>
        new(epoch, id, openedAt, nextId is not null && nextEpoch == epoch ? new NextSession(nextId, nextIssuedAt) : null);

    /// <summary>As a store has it; null: there is no next session.</summary>
    public long? NextEpoch => Next is null ? null : Epoch;

    /// <summary>The sessions whose tokens are valid.</summary>
    public IEnumerable<(string Id, DateTimeOffset? IssuedAt)> All()
    {
        if (Id is not null)
        {
            yield return (Id, OpenedAt);
        }

        if (Next is not null)
        {
            yield return (Next.Id, Next.IssuedAt);
        }
    }

    /// <summary>It is in force, or the next.</summary>
    public bool Has(string id) => id == Id || id == Next?.Id;

    /// <summary>The session in force is over with these, and none has taken its place.</summary>
    public bool IsEndedBy(SessionState next) => next != this && next.Id is null && (Id is not null || next.Next is null);
}

/// <summary>A session that was issued and has not been used.</summary>
internal sealed record NextSession(string Id, DateTimeOffset? IssuedAt);

/// <summary>The rule of sessions, pure. Its parts can be replaced, so that a test can plant a mistake in each.</summary>
internal sealed record SessionRule
{
    public static readonly SessionRule Standard = new();

    /// <summary>
    /// Whether a token is valid. In doubt, an unknown one is unavailable until the row is read: a 401 would cost the device its session by
    /// our fault.
    /// </summary>
    /// <returns><see cref="Refusal.StaleActivation"/>: the token is newer than the row, which has to be read again.</returns>
    public Func<SessionState, Session, bool, Refusal> Admit { get; init; } = static (row, token, inDoubt) =>
        row.Has(token.Id) ? Refusal.None
        : inDoubt ? Refusal.Unavailable
        : token.Epoch > row.Epoch ? Refusal.StaleActivation
        : token.Epoch < row.Epoch && (row.Id is not null || row.Next is not null) ? Refusal.SessionSuperseded
        : Refusal.InvalidSession;

    /// <summary>A sign-in: a former next session is dropped, the one in force stays.</summary>
    public Func<SessionState, string, DateTimeOffset, SessionState> Issue { get; init; } = static (row, id, at) =>
        row with { Epoch = row.Epoch + 1, Next = new NextSession(id, at) };

    /// <summary>The first use of the next session: it supersedes the one in force.</summary>
    public Func<SessionState, SessionState> Use { get; init; } =
        static row => row.Next is { } next ? new SessionState(row.Epoch, next.Id, next.IssuedAt) : row;

    /// <summary>The device ends a session: the one in force alone, or by the next one both.</summary>
    public Func<SessionState, string, SessionState> End { get; init; } = static (row, id) =>
        id == row.Next?.Id ? new SessionState(row.Epoch + 1, null) : row with { Id = null, OpenedAt = null };

    /// <summary>All sessions are ended, not by the device.</summary>
    public Func<SessionState, SessionState> EndAll { get; init; } = static row => new SessionState(row.Epoch + 1, null);
}
