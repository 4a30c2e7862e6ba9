namespace Rollcall.Journal;

/// <summary>How the journal writes.</summary>
public sealed class JournalOptions
{
    /// <summary>JOURNAL_MAX_RECORDS: records in one flush at most. Default 2,000.</summary>
    public int MaxRecords { get; set; } = 2_000;

    /// <summary>
    /// JOURNAL_MAX_BYTES: approximate bytes of texts in one flush at most; a single change is written whatever its size. Default 4
    /// MiB.
    /// </summary>
    public long MaxBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>JOURNAL_PATIENCE: timeout of a flush, after which its result counts as unknown. Default 2 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Time between two probes while the store is away. Default 250 ms.</summary>
    public TimeSpan ProbePeriod { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Twins called at a time when the store is back. Default 200.</summary>
    public int RecoveryWidth { get; set; } = 200;

    /// <summary>How long a stop waits for what is still queued. Default 5 s.</summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(5);
}
