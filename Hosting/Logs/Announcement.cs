using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollcall.Running;

namespace Rollcall.Logs;

/// <summary>What a program says when it is ready.</summary>
public static partial class Announcement
{
    /// <summary>A plain line for people; with LOG_FORMAT=json a line of the log, which a collector keeps.</summary>
    /// <param name="logged">What the log gets instead, when the line holds something that must not be kept.</param>
    public static void Announce(this IHost host, string line, string? logged = null)
    {
        if (ConsoleLogs.IsJson(host.Services.GetRequiredService<IConfiguration>()))
        {
            LogReady(host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Rollcall"), logged ?? line);
        }
        else
        {
            Console.WriteLine(line);
        }
    }

    /// <summary>Which build runs, for whoever reads the log of an installation that is not his.</summary>
    public static void AnnounceVersion(this IHost host) => host.Announce($"Rollcall {BuildVersion.Whole}, {RuntimeInformation.FrameworkDescription}");

    [LoggerMessage(LogLevel.Information, "{Line}")]
    private static partial void LogReady(ILogger log, string line);
}
