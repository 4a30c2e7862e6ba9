using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Rollcall.Logs;

/// <summary>The programs' console logs: our own categories from Information on, the frameworks' from Warning on.</summary>
public static class ConsoleLogs
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";

    /// <summary>Lines are objects, and say in which request they were written.</summary>
    public static bool IsJson(IConfiguration configuration) => configuration.Text("LOG_FORMAT") == "json";

    /// <summary>LOG_FORMAT: <c>text</c> (default), a line for people, or <c>json</c>, an object a line for a collector.</summary>
    /// <exception cref="SettingException">It is something else.</exception>
    public static ILoggingBuilder AddRollcallConsole(this ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.ClearProviders();
        foreach (var (name, level) in configuration.GetSection("Logging").AsEnumerable()
            .Where(one => one.Key.Contains(":LogLevel:", StringComparison.OrdinalIgnoreCase)))
        {
            if (level is not null && !Enum.TryParse<LogLevel>(level, ignoreCase: true, out _))
            {
                throw new SettingException(name.Replace(":", "__", StringComparison.Ordinal),
                    $"must be {string.Join(", ", Enum.GetNames<LogLevel>())}, not '{level}'.");
            }
        }

        switch (configuration.Text("LOG_FORMAT") ?? "text")
        {
            case "text":
                logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, Time, true));
                break;
            case "json":
                logging.AddJsonConsole(
                    console => (console.TimestampFormat, console.UseUtcTimestamp, console.IncludeScopes) = (Time.TrimEnd(), true, true));
                break;
            case var other:
                throw new SettingException("LOG_FORMAT", $"must be text or json, not '{other}'.");
        }

        foreach (var chatty in new[] { "Orleans", "Microsoft", "Polly", "System" })
        {
            logging.AddFilter(chatty, LogLevel.Warning);
        }

        // At the start it takes the first look at a participant for an hour without one.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);

        // Nothing here is protected by it (GatewayApp): that its keys are not kept is meant so.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);

        // A slow machine's first seconds, not a fault.
        logging.AddFilter("Orleans.Runtime.Scheduler.WorkItemGroup", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.MembershipService.LocalSiloHealthMonitor", LogLevel.Error);
        logging.AddFilter("Orleans.LocalSiloHealthMonitor", LogLevel.Error);

        // Lines for every call that came too late: the gateway says how many there were, in one.
        logging.AddFilter("Orleans.Messaging", LogLevel.None);
        logging.AddFilter("Orleans.Runtime.CallbackData", LogLevel.None);
        logging.AddFilter("Orleans.Grain", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.AsyncTimer", LogLevel.Error);

        // What a caller does wrong is its own affair; as a fault with its stack for every call it would fill the disk. Faults of
        // ours are told by HubGuard and FaultBarrier.
        logging.AddFilter("Microsoft.AspNetCore.SignalR", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Http.Connections", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Authentication", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.Connections", LogLevel.Error);

        // Its scope and activity for every request cost more than they tell: no line is written in them, and faults are FaultBarrier's.
        return logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    }
}
