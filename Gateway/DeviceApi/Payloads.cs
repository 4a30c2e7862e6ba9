using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.DeviceApi;

/// <summary>What a beat says, read and checked.</summary>
/// <param name="Goodbye">The device says that it leaves.</param>
/// <param name="Health">What the device says of itself; null with a goodbye: as before.</param>
/// <param name="Metrics">JSON object of numbers; null: none said.</param>
/// <param name="Ignored">Names of metrics that did not fit; null: none.</param>
internal readonly record struct HeartbeatPayload(bool Goodbye, DeviceHealth? Health, string? Metrics, string[]? Ignored = null);

/// <summary>What a device reports of a command, read and checked.</summary>
/// <param name="Status">Acknowledged, completed or failed.</param>
/// <param name="Result">Any JSON, as the device gave it; null: none.</param>
/// <param name="Error">The device's words; null: none.</param>
internal readonly record struct ReportPayload(CommandStatus Status, string? Result, string? Error);
