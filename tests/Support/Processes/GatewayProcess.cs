namespace Rollcall.Support.Processes;

/// <summary>A gateway that has said that it serves.</summary>
/// <param name="PortalLine">The line in which it said so.</param>
/// <param name="StartTime">From the start of the process to that line.</param>
public sealed record GatewayProcess(Child Process, string PortalLine, TimeSpan StartTime)
{
    /// <summary>What the printed link opens the portal with.</summary>
    public string Token => PortalLine[(PortalLine.IndexOf("#token=", StringComparison.Ordinal) + "#token=".Length)..];

    /// <summary>Lines of its log that speak of a fault, and the lines of any stack trace.</summary>
    public IEnumerable<string> Faults => Process.Output.Concat(Process.Errors).Where(line =>
        line.Contains("Z fail: ", StringComparison.Ordinal) || line.Contains("Z crit: ", StringComparison.Ordinal)
        || line.Contains("Unhandled", StringComparison.Ordinal) || line.Contains("   at ", StringComparison.Ordinal));
}
