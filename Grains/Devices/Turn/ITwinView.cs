using Rollcall.Feed;

namespace Rollcall.Devices.Turn;

/// <summary>Shows a row together with what is known but not stored.</summary>
internal interface ITwinView
{
    DeviceVersion Show(DeviceRow row);
}
