using Microsoft.Extensions.Configuration;
using Rollcall.Devices;
using Rollcall.Enrolment;
using Rollcall.Journal;
using Rollcall.Fleet;
using Rollcall.Secrets;

namespace Rollcall;

/// <summary>The settings of a silo's behaviour, read and checked before anything starts.</summary>
/// <exception cref="SettingException">One of them is wrong.</exception>
public sealed class TwinSettings(IConfiguration configuration)
{
    public DeviceOptions Devices { get; } = ReadDevices(configuration);

    public JournalOptions Journal { get; } = new()
    {
        MaxRecords = configuration.Number("JOURNAL_MAX_RECORDS", new JournalOptions().MaxRecords, 1, 100_000),
        MaxBytes = configuration.Number("JOURNAL_MAX_BYTES", (int)new JournalOptions().MaxBytes, 64 * 1024, 1024 * 1024 * 1024),
        Timeout = configuration.Milliseconds("JOURNAL_PATIENCE", new JournalOptions().Timeout, 100),
    };

    public SecretOptions Secrets { get; } = new()
    {
        BcryptCost = configuration.Number("BCRYPT_COST", new SecretOptions().BcryptCost, 4, 16),
        BcryptConcurrency = configuration.Number("BCRYPT_CONCURRENCY", new SecretOptions().BcryptConcurrency, 1, 1_024),
        BcryptTimeout = configuration.Milliseconds("BCRYPT_PATIENCE", new SecretOptions().BcryptTimeout),
        BcryptWaiting = configuration.Number("BCRYPT_WAITING", new SecretOptions().BcryptWaiting, 0),
        WrongSecretsMost = configuration.Number("WRONG_SECRETS_MOST", new SecretOptions().WrongSecretsMost, 1, 1_000_000),
        ActivationCodeTtl = configuration.Milliseconds("ACTIVATION_CODE_TTL", new SecretOptions().ActivationCodeTtl),
    };

    public RetentionOptions Retention { get; } = new()
    {
        Presence = TimeSpan.FromDays(configuration.Number("PRESENCE_RETENTION_DAYS", 90, 1, 36_500)),
        PresenceEvents = configuration.Number("PRESENCE_EVENTS_MOST", (int)new RetentionOptions().PresenceEvents, 1),
        PresenceBytes = (long)configuration.Number("PRESENCE_EVENTS_MB", (int)(new RetentionOptions().PresenceBytes >> 20), 1, 1_048_576) << 20,
        Commands = TimeSpan.FromDays(configuration.Number("COMMAND_RETENTION_DAYS", 30, 1, 36_500)),
    };

    public ReadOptions Reads { get; } = new()
    {
        Most = configuration.Number("LIST_READS", new ReadOptions().Most, 1, 1_000),
        MostWaiting = configuration.Number("LIST_READS_WAITING", new ReadOptions().MostWaiting, 1, 100_000),
    };

    public EnrolmentOptions Enrolment { get; } = new()
    {
        KeysMost = configuration.Number("ENROLMENT_KEYS_MOST", new EnrolmentOptions().KeysMost, 1, 10_000),
    };

    private static DeviceOptions ReadDevices(IConfiguration configuration)
    {
        var defaults = new DeviceOptions();
        var devices = new DeviceOptions
        {
            HeartbeatInterval = configuration.Milliseconds("DEVICE_HEARTBEAT_INTERVAL", defaults.HeartbeatInterval, 1_000, 86_400_000),
            HeartbeatTimeout = configuration.Milliseconds("DEVICE_HEARTBEAT_TIMEOUT", defaults.HeartbeatTimeout, 2_000, 604_800_000),
            SessionTtl = configuration.Seconds("DEVICE_SESSION_TTL", defaults.SessionTtl, 60),
            LinkGrace = configuration.Milliseconds("DEVICE_LINK_GRACE", defaults.LinkGrace),
            GoodbyeRate = configuration.Number("GOODBYE_RATE", defaults.GoodbyeRate, 1, 1_000_000),
            GoodbyeBurst = configuration.Number("GOODBYE_BURST", defaults.GoodbyeBurst, 1, 1_000_000),
            CommandsMost = configuration.Number("COMMANDS_MOST", defaults.CommandsMost, 1, 100_000),
            CommandBytes = configuration.Number("COMMAND_BYTES", (int)defaults.CommandBytes, 16 * 1024),
            CommandCustomerBytes = configuration.Number("COMMAND_CUSTOMER_BYTES", (int)defaults.CommandCustomerBytes, 16 * 1024),
            CommandCacheBytes = configuration.Number("COMMAND_CACHE_BYTES", (int)defaults.CommandCacheBytes, 0),
        };
        if (devices.CommandCustomerBytes < devices.CommandBytes)
        {
            throw new SettingException("COMMAND_CUSTOMER_BYTES",
                $"must be at least COMMAND_BYTES ({devices.CommandBytes}), or no device could have what that one allows.");
        }

        return devices.HeartbeatTimeout >= 2 * devices.HeartbeatInterval
            ? devices
            : throw new SettingException("DEVICE_HEARTBEAT_TIMEOUT",
                "must be at least twice DEVICE_HEARTBEAT_INTERVAL, or one lost beat is an alarm.");
    }
}
