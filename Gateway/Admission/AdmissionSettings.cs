namespace Rollcall.Admission;

/// <summary>Bounds of the calls whose twin must be loaded first.</summary>
/// <exception cref="SettingException">One of them is wrong.</exception>
internal sealed class AdmissionSettings(IConfiguration configuration)
{
    /// <summary>
    /// COLD_CALLS: calls at a time of devices that this gateway has not served for some minutes; as many sign-ins; and eight times as many
    /// of the others. Default 512.
    /// </summary>
    public int Permits { get; } = configuration.Number("COLD_CALLS", 512, 1, 100_000);

    /// <summary>COLD_CALLS_WAITING: calls that wait for such a permit; one more is answered 503 at once. Default 8,192.</summary>
    public int Waiting { get; } = configuration.Number("COLD_CALLS_WAITING", 8_192, 0, 1_000_000);

    /// <summary>COLD_CALLS_PATIENCE: how long one waits at most. Default 4 s: a device waits 10 s for its answer.</summary>
    public TimeSpan Timeout { get; } = configuration.Milliseconds("COLD_CALLS_PATIENCE", TimeSpan.FromSeconds(4), 10, 60_000);
}
