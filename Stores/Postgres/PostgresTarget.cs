using Npgsql;

namespace Rollcall.Postgres;

/// <summary>Which of several servers will do. The roll is written, so only one that takes writes.</summary>
internal static class PostgresTarget
{
    /// <summary>What <c>target_session_attrs</c> may say here.</summary>
    public static readonly IReadOnlyList<string> Names = ["read-write", "primary", "prefer-primary", "any"];

    /// <summary>What is asked for; of several hosts without a wish the one that takes writes.</summary>
    public static TargetSessionAttributes Of(NpgsqlConnectionStringBuilder settings) => settings.TargetSessionAttributes switch
    {
        "read-write" => TargetSessionAttributes.ReadWrite,
        "primary" => TargetSessionAttributes.Primary,
        "prefer-primary" => TargetSessionAttributes.PreferPrimary,
        null when settings.Host!.Contains(',', StringComparison.Ordinal) => TargetSessionAttributes.ReadWrite,
        _ => TargetSessionAttributes.Any,
    };
}
