using Rollcall.Devices;

namespace Rollcall.Schema;

/// <summary>Columns of a device's row that are written together, when one of them differs.</summary>
/// <param name="Changed">
/// Whether to write them, from the row before and the row after. Too wide an answer writes needlessly; too narrow a one loses data.
/// </param>
internal sealed record Section(string Name, Func<DeviceRow, DeviceRow, bool> Changed, params Column<DeviceRow>[] Columns);
