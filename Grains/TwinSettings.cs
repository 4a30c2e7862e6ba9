using Rollcall.Devices;
using Rollcall.Enrolment;
using Rollcall.Fleet;
using Rollcall.Journal;
using Rollcall.Secrets;

namespace Rollcall;

/// <summary>The settings of a silo's behaviour. Who reads them from where is the host's business.</summary>
public sealed class TwinSettings
{
    public DeviceOptions Devices { get; init; } = new();

    public JournalOptions Journal { get; init; } = new();

    public SecretOptions Secrets { get; init; } = new();

    public RetentionOptions Retention { get; init; } = new();

    public ReadOptions Reads { get; init; } = new();

    public EnrolmentOptions Enrolment { get; init; } = new();
}
