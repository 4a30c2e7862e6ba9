using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Rollcall.Measuring;

/// <summary>
/// Records what is linked to something recorded, so that a traced beat is never without its flush; of the rest what another sampler says.
/// </summary>
internal sealed class LinkedSampler(Sampler otherwise) : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        foreach (var link in samplingParameters.Links ?? [])
        {
            if (link.Context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded))
            {
                return new SamplingResult(SamplingDecision.RecordAndSample);
            }
        }

        return otherwise.ShouldSample(samplingParameters);
    }
}
