using Npgsql;
using Polly;
using Polly.Retry;

namespace Rollcall.Postgres.Connections;

/// <summary>Retries against PostgreSQL: at once, five attempts in all.</summary>
internal static class Retries
{
    private const int Attempts = 5;

    /// <summary>A write that was rolled back because of another transaction, which has finished by now.</summary>
    public static ResiliencePipeline OfRolledBack { get; } =
        AtOnce(new PredicateBuilder().Handle<PostgresException>(error => error.IsRolledBack() && error.IsWorthRepeating()));

    /// <summary>A check at the start, where the usual few seconds are too short because everything starts at once.</summary>
    public static ResiliencePipeline OfSlowDatabase { get; } =
        AtOnce(new PredicateBuilder().Handle<NpgsqlException>(slow => slow.InnerException is TimeoutException));

    private static ResiliencePipeline AtOnce(PredicateBuilder<object> when) => new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions { ShouldHandle = when, MaxRetryAttempts = Attempts - 1, Delay = TimeSpan.Zero })
        .Build();
}
