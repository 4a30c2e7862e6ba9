using Npgsql;

namespace Rollcall.Postgres.Connections;

/// <summary>Which of several servers to use: only one that accepts writes.</summary>
internal static class PostgresTarget
{
    /// <summary>What <c>target_session_attrs</c> may say here.</summary>
    public static readonly IReadOnlyList<string> Names = ["read-write", "primary", "prefer-primary", "any"];

    /// <summary>The configured one; with several hosts and no setting, the primary.</summary>
    public static TargetSessionAttributes Of(NpgsqlConnectionStringBuilder settings) => settings.TargetSessionAttributes switch
    {
        "read-write" => TargetSessionAttributes.ReadWrite,
        "primary" => TargetSessionAttributes.Primary,
        "prefer-primary" => TargetSessionAttributes.PreferPrimary,
        null when settings.Host!.Contains(',', StringComparison.Ordinal) => TargetSessionAttributes.ReadWrite,
        _ => TargetSessionAttributes.Any,
    };
}
