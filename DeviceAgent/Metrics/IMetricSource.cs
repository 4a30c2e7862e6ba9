using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Metrics;

internal interface IMetricSource
{
    BeatMetrics Read();
}
