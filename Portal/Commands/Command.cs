using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rollcall.Portal.Commands;

/// <summary>Something that a device was asked to do, as the server tells it. States are texts: new ones may come.</summary>
/// <param name="Name">What is to be done, as the device knows it.</param>
/// <param name="Late">The result came after the command had ended without one.</param>
/// <param name="IssuedBy">Who asked: the token's subject, else its role.</param>
public sealed record Command(
    string Id, string DeviceId, [property: JsonPropertyName("command")] string Name, JsonElement? Parameters, string Status,
    DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? SentAt, DateTimeOffset? AcknowledgedAt, DateTimeOffset? FinishedAt,
    JsonElement? Result, string? Error, bool Late, string IssuedBy)
{
    /// <summary>Sockets of the device died of it: it goes only when the device asks.</summary>
    public bool PollOnly { get; init; }

    public const string Queued = "queued";
    public const string Sent = "sent";
    public const string Acknowledged = "acknowledged";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Expired = "expired";
    public const string Cancelled = "cancelled";

    /// <summary>It may still change by itself: it waits, or is being done.</summary>
    public bool IsOpen => Rank < 3;

    /// <summary>The device has not said that it has it.</summary>
    public bool CanBeCancelled => Status is Queued or Sent;

    /// <summary>Its place among the device's commands, with which its id begins: 1, 2, 3 ... in the order in which they were accepted.</summary>
    [JsonIgnore]
    public long Number =>
        long.TryParse(Id.AsSpan(0, Math.Max(0, Id.IndexOf('-', StringComparison.Ordinal))), NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>For how long it was to be good, in whole seconds.</summary>
    [JsonIgnore]
    public int TtlSeconds => (int)Math.Round((ExpiresAt - CreatedAt).TotalSeconds);

    // A command only goes on; a state that is not known here is taken for an end, or nothing could follow it.
    private int Rank => Status switch { Queued => 0, Sent => 1, Acknowledged => 2, _ => 3 };

    /// <summary>What is known only grows newer: by state, then by a late result. Equal is not older.</summary>
    public bool Precedes(Command other) => Rank < other.Rank || (Rank == other.Rank && !Late && other.Late);
}

/// <summary>Commands of one device, newest first.</summary>
/// <param name="NextCursor">Where the next page begins; null: there is none.</param>
public sealed record CommandPage(Command[] Commands, string? NextCursor);
