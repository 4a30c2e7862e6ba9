using Rollcall.Devices;

namespace Rollcall.Schema;

/// <summary>Columns of a device's row that are written together, when one of them differs.</summary>
/// <param name="Changed">
/// What the row was, and what follows: whether they are to be written. The wider an answer, the more is written in vain; too narrow a one
/// loses.
/// </param>
internal sealed record Section(string Name, Func<DeviceRow, DeviceRow, bool> Changed, params Column<DeviceRow>[] Columns);
