using System.Globalization;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Probe;

/// <summary>One line a step, with its time; after a failure the advice.</summary>
internal sealed class ProbeReport(TextWriter output, TimeProvider clock)
{
    /// <summary>Runs a step and writes its line; the step's result says what went wrong, null for nothing.</summary>
    public async Task<bool> StepAsync(string name, Func<Task<ProbeFault?>> step)
    {
        var began = clock.GetTimestamp();
        var fault = await step();
        var took = clock.GetElapsedTime(began).TotalMilliseconds;
        var verdict = fault is null ? "ok    " : "FAILED";
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{verdict}  {name,-15}{took,8:0.0} ms{(fault is null ? "" : $"  {fault.What}")}"));
        if (fault is not null)
        {
            output.WriteLine($"        {fault.Advice}");
        }

        return fault is null;
    }

    public void Say(string line) => output.WriteLine(line);
}

internal sealed record ProbeFault(string What, string Advice)
{
    public static ProbeFault? Of(Answer answer, Uri apiUrl) =>
        answer.Success ? null : new ProbeFault($"{answer}", ProbeAdvice.For(answer, apiUrl));
}
