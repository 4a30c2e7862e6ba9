using Npgsql;
using Polly;
using Polly.Retry;

namespace Rollcall.Postgres;

/// <summary>What is tried again against PostgreSQL: at once, and five times in all.</summary>
internal static class Retries
{
    private const int Attempts = 5;

    /// <summary>A write that the server has rolled back for another transaction's sake, which has gone on by now.</summary>
    public static ResiliencePipeline OfRolledBack { get; } =
        AtOnce(new PredicateBuilder().Handle<PostgresException>(error => error.IsRolledBack() && error.IsWorthRepeating()));

    /// <summary>A look at the start: the few seconds that a silo at work grants are little where everything starts at once.</summary>
    public static ResiliencePipeline OfSlowDatabase { get; } =
        AtOnce(new PredicateBuilder().Handle<NpgsqlException>(slow => slow.InnerException is TimeoutException));

    private static ResiliencePipeline AtOnce(PredicateBuilder<object> when) => new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions { ShouldHandle = when, MaxRetryAttempts = Attempts - 1, Delay = TimeSpan.Zero })
        .Build();
}
