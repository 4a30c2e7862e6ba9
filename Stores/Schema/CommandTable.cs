using System.Globalization;
using Rollcall.Commands;
using static Rollcall.Schema.Column<Rollcall.Commands.CommandChanged>;

namespace Rollcall.Schema;

/// <summary>
/// The register of commands: one row for each command, which events update. An existing row keeps its sender, content and key.
/// </summary>
internal static class CommandTable
{
    public static readonly EventTable Table = EventTable.Register(
        "commands", key: ["device_id", "number"],
        moving: ["status", "sent_at", "acknowledged_at", "finished_at", "result", "error", "late", "poll_only"],
        Text("id", one => one.Command.Id),
        Number("number", one => one.Command.Number),
        Text("command", one => one.Command.Name),
        VerbatimJson("parameters", one => one.Command.Parameters),
        Named<CommandStatus>("status", one => one.Command.Status),
        Time("created_at", one => one.Command.CreatedAt),
        Time("expires_at", one => one.Command.ExpiresAt),
        Time("sent_at", one => one.Command.SentAt),
        Time("acknowledged_at", one => one.Command.AcknowledgedAt),
        Time("finished_at", one => one.Command.FinishedAt),
        VerbatimJson("result", one => one.Command.Result),
        Text("error", one => one.Command.Error),
        Flag("late", one => one.Command.Late),
        Text("issued_by", one => one.Command.IssuedBy),
        Flag("poll_only", one => one.Command.PollOnly),
        Text("idempotency_key", one => one.IdempotencyKey) with { IsWriteOnly = true },
        Text("fingerprint", one => one.Fingerprint) with { IsWriteOnly = true });

    /// <summary>What <see cref="Read"/> reads, for a SELECT.</summary>
    public static readonly string Columns = "device_id, " + Table.Read;

    /// <summary>Those that may still change.</summary>
    public const string IsOpen = "status IN ('queued', 'sent', 'acknowledged')";

    /// <summary>The same with the size of the parameters in their place, for <see cref="ReadLight"/>.</summary>
    /// <param name="size">Their bytes, as text.</param>
    public static string Light(string size) => Columns.Replace("parameters", size, StringComparison.Ordinal);

    /// <summary>Columns of <see cref="Columns"/>.</summary>
    public static Command Read(RowReader row)
    {
        var (device, id) = (row.Text(), row.Text());
        return new Command(
            id, device, row.Number(), row.Text(), row.TextOrNone(), row.Name<CommandStatus>(), row.Time(), row.Time(),
            row.TimeOrNone(), row.TimeOrNone(), row.TimeOrNone(), row.TextOrNone(), row.TextOrNone(), row.Flag(),
            row.Text()) { PollOnly = row.Flag() };
    }

    public static Command ReadLight(RowReader row) => Read(row) is var command && command.Parameters is { } size
        ? command with { Parameters = null, Withheld = int.Parse(size, CultureInfo.InvariantCulture) }
        : command;
}
