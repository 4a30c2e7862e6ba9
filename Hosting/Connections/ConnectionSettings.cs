using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Rollcall.Connections;

/// <summary>How many connections a process bears, read and checked before anything starts.</summary>
/// <exception cref="SettingException">A setting is wrong.</exception>
public sealed class ConnectionSettings
{
    /// <summary>
    /// Descriptors that are not for connections: the programs' own files (up to 400 of an idle gateway), stores, silos, the small doors.
    /// </summary>
    public const int Kept = 512;

    /// <summary>The fewest that may be set, and what is taken where the limit leaves no room: few enough to live beside.</summary>
    public const int Least = 16;

    /// <summary>Ports for probes and metrics have places of their own, as many as this each.</summary>
    public const int SmallDoor = 16;

    private const string Name = "CONNECTIONS";
    private const int BytesEach = 64 * 1024;
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(10);
    private readonly int _descriptors;

    public ConnectionSettings(IConfiguration configuration)
        : this(configuration, DescriptorLimit.Read(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
    {
    }

    internal ConnectionSettings(IConfiguration configuration, int descriptors, long memoryBytes)
    {
        _descriptors = descriptors;
        var possible = Math.Max(Least, descriptors - Kept);
        var bearable = (int)Math.Clamp(memoryBytes / BytesEach, Least, int.MaxValue);
        if (long.TryParse(configuration.Text(Name), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked > possible)
        {
            throw new SettingException(
                Name,
                $"must be at most {possible}, not {asked}: the descriptor limit (ulimit -n) is {descriptors}, of which {Kept} are kept for all "
                    + "else.");
        }

        Most = configuration.Number(Name, Math.Min(possible, bearable), Least, possible);
        RequestTimeout = configuration.Milliseconds("CONNECTION_PATIENCE", UsualTimeout, 2_000, 600_000);
    }

    /// <summary>
    /// CONNECTIONS: connections that may be open. Default: the descriptor limit without 512, or a 64th of the memory limit's kilobytes
    /// (64 KiB each), whichever is less. 16 at least.
    /// </summary>
    public int Most { get; }

    /// <summary>CONNECTION_PATIENCE: how long a connection may be without a complete request. Milliseconds; default 10,000.</summary>
    public TimeSpan RequestTimeout { get; }

    /// <summary>Connections that one address may have which nobody has signed in over.</summary>
    public int Share => Math.Max(1, Most / 8);

    /// <summary>What is said at the start.</summary>
    public string Line => string.Create(
        CultureInfo.InvariantCulture,
        $"Connections: at most {Most} (CONNECTIONS){(_descriptors == int.MaxValue ? "" : $", with a descriptor limit of {_descriptors}")}"
        + $"{(_descriptors < Kept + Least ? ", which is low: raise it (ulimit -n)" : "")}.");
}
