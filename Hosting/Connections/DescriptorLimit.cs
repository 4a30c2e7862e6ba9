using System.Globalization;

namespace Rollcall.Connections;

/// <summary>How many descriptors (sockets, files) this process may have. The runtime has raised the soft limit to the hard one by then.</summary>
internal static class DescriptorLimit
{
    private const string Limits = "/proc/self/limits";
    private const string Line = "Max open files";

    /// <summary>To which the runtime raises the limit there, whatever the system would give.</summary>
    private const int MacOs = 10_240;

    /// <returns>Where the system has no limit, or does not say: as many as there are numbers.</returns>
    public static int Read()
    {
        if (OperatingSystem.IsMacOS())
        {
            return MacOs;
        }

        try
        {
            return File.Exists(Limits) ? Of(File.ReadLines(Limits)) : int.MaxValue;
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return int.MaxValue;
        }
    }

    /// <param name="limits">As the kernel writes them: the name, the soft limit, the hard one.</param>
    public static int Of(IEnumerable<string> limits) =>
        limits.FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal))?[Line.Length..].Split(
            ' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
        && int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : int.MaxValue;
}
