using FluentMigrator;

namespace Rollcall.Migrations;

[Migration(1, "customers and devices")]
public sealed class M0001Devices() : SqlStep("0001_devices");

[Migration(2, "presence events")]
public sealed class M0002PresenceEvents() : SqlStep("0002_presence_events");

[Migration(3, "session times")]
public sealed class M0003SessionTimes() : SqlStep("0003_session_times");

[Migration(4, "grain states and reminders")]
public sealed class M0004OrleansProviders() : SqlStep("0004_orleans_providers");

[Migration(5, "commands")]
public sealed class M0005Commands() : SqlStep("0005_commands");

[Migration(6, "newest time")]
public sealed class M0006Clock() : SqlStep("0006_clock");

[Migration(7, "counts of presence events")]
public sealed class M0007EventCounts() : SqlStep("0007_event_counts");

[Migration(8, "next sessions")]
public sealed class M0008NextSessions() : SqlStep("0008_next_sessions");

[Migration(9, "commands that are only asked for")]
public sealed class M0009PollOnly() : SqlStep("0009_poll_only");

[Migration(10, "former secrets")]
public sealed class M0010FormerSecrets() : SqlStep("0010_former_secrets");

[Migration(11, TransactionBehavior.None, "weak secrets")]
public sealed class M0011WeakSecrets() : SqlStep("0011_weak_secrets")
{
    /// <summary>Two commands: several in one are a transaction to PostgreSQL, in which no index is made beside the writes.</summary>
    public override void Up()
    {
        Run(Database.Postgres, "postgres.drop");
        base.Up();
    }
}

[Migration(12, "what is said of a device")]
public sealed class M0012DeviceStates() : SqlStep("0012_device_states");

[Migration(13, "counts of states")]
public sealed class M0013StateCounts() : SqlStep("0013_state_counts");
