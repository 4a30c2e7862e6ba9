using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.DeviceApi;

/// <summary>The content of a heartbeat, parsed and validated.</summary>
/// <param name="Goodbye">The device goes offline on purpose.</param>
/// <param name="Health">The device's own report of its health; null with a goodbye: unchanged.</param>
/// <param name="Metrics">JSON object of numbers; null: none sent.</param>
/// <param name="Ignored">Names of metrics that were not valid; null: none.</param>
internal readonly record struct HeartbeatPayload(bool Goodbye, DeviceHealth? Health, string? Metrics, string[]? Ignored = null);

/// <summary>A device's report of a command, parsed and validated.</summary>
/// <param name="Status">Acknowledged, completed or failed.</param>
/// <param name="Result">Any JSON, as the device gave it; null: none.</param>
/// <param name="Error">The device's error text; null: none.</param>
internal readonly record struct ReportPayload(CommandStatus Status, string? Result, string? Error);
