using Rollcall.Journal;

namespace Rollcall.Devices.Sessions;

/// <summary>A mistake planted into the product, or into what carries its words.</summary>
internal sealed record Mistake
{
    public Func<SessionRule, SessionRule> Rule { get; init; } = rule => rule;

    public Func<MigrationState, MigrationState> Moved { get; init; } = luggage => luggage;

    /// <summary>How a row's sessions are read: what is in force, the next one, and the epoch that stands beside that.</summary>
    public Func<SessionState, NextSession?, long?, SessionState> Read { get; init; } = (row, next, epoch) =>
        SessionState.Of(row.Epoch, row.Id, row.OpenedAt, next?.Id, epoch, next?.IssuedAt);

    public bool ReportsAreUses { get; init; }

    /// <summary>With which token a report comes to the twin.</summary>
    public Func<SessionState, Session, Session> Reported { get; init; } = (_, token) => token;

    /// <summary>What a record is on its way to the store.</summary>
    public Func<Change, Change> Record { get; init; } = record => record;

    /// <summary>What a twin is told of its record.</summary>
    public Func<Change, AppendResult, AppendResult> Told { get; init; } = (_, outcome) => outcome;

    public bool CommandsAreNotFenced { get; init; }

    public bool EndsTheFormersSocketUnstored { get; init; }
}
