using Microsoft.Extensions.Configuration;
using Rollcall.Devices;
using Rollcall.Enrolment;
using Rollcall.Fleet;
using Rollcall.Journal;
using Rollcall.Secrets;

namespace Rollcall.Settings;

/// <summary>Reads the settings of a silo's behaviour, and checks them before anything starts. Their defaults are the options' own.</summary>
public static class TwinSettingsReader
{
    /// <exception cref="SettingException">One of them is wrong.</exception>
    public static TwinSettings Read(IConfiguration configuration) => new()
    {
        Devices = ReadDevices(configuration, new DeviceOptions()),
        Journal = ReadJournal(configuration, new JournalOptions()),
        Secrets = ReadSecrets(configuration, new SecretOptions()),
        Retention = ReadRetention(configuration, new RetentionOptions()),
        Reads = ReadReads(configuration, new ReadOptions()),
        Enrolment = new() { KeysMost = configuration.Number("ENROLMENT_KEYS_MOST", new EnrolmentOptions().KeysMost, 1, 10_000) },
    };

    private static DeviceOptions ReadDevices(IConfiguration configuration, DeviceOptions defaults)
    {
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

    private static JournalOptions ReadJournal(IConfiguration configuration, JournalOptions defaults) => new()
    {
        MaxRecords = configuration.Number("JOURNAL_MAX_RECORDS", defaults.MaxRecords, 1, 100_000),
        MaxBytes = configuration.Number("JOURNAL_MAX_BYTES", (int)defaults.MaxBytes, 64 * 1024, 1024 * 1024 * 1024),
        Timeout = configuration.Milliseconds("JOURNAL_PATIENCE", defaults.Timeout, 100),
    };

    private static SecretOptions ReadSecrets(IConfiguration configuration, SecretOptions defaults) => new()
    {
        BcryptCost = configuration.Number("BCRYPT_COST", defaults.BcryptCost, 4, 16),
        BcryptConcurrency = configuration.Number("BCRYPT_CONCURRENCY", defaults.BcryptConcurrency, 1, 1_024),
        BcryptTimeout = configuration.Milliseconds("BCRYPT_PATIENCE", defaults.BcryptTimeout),
        BcryptWaiting = configuration.Number("BCRYPT_WAITING", defaults.BcryptWaiting, 0),
        WrongSecretsMost = configuration.Number("WRONG_SECRETS_MOST", defaults.WrongSecretsMost, 1, 1_000_000),
        ActivationCodeTtl = configuration.Milliseconds("ACTIVATION_CODE_TTL", defaults.ActivationCodeTtl),
    };

    private static RetentionOptions ReadRetention(IConfiguration configuration, RetentionOptions defaults) => new()
    {
        Presence = TimeSpan.FromDays(configuration.Number("PRESENCE_RETENTION_DAYS", (int)defaults.Presence.TotalDays, 1, 36_500)),
        PresenceEvents = configuration.Number("PRESENCE_EVENTS_MOST", (int)defaults.PresenceEvents, 1),
        PresenceBytes = (long)configuration.Number("PRESENCE_EVENTS_MB", (int)(defaults.PresenceBytes >> 20), 1, 1_048_576) << 20,
        Commands = TimeSpan.FromDays(configuration.Number("COMMAND_RETENTION_DAYS", (int)defaults.Commands.TotalDays, 1, 36_500)),
    };

    private static ReadOptions ReadReads(IConfiguration configuration, ReadOptions defaults) => new()
    {
        Most = configuration.Number("LIST_READS", defaults.Most, 1, 1_000),
        MostWaiting = configuration.Number("LIST_READS_WAITING", defaults.MostWaiting, 1, 100_000),
    };
}
