using Rollcall.Feed;

namespace Rollcall.Devices;

/// <summary>Shows a row with what is known of the device beside it.</summary>
internal interface ITwinView
{
    DeviceVersion Show(DeviceRow row);
}
