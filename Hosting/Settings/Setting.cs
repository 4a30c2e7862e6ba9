using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Rollcall.Settings;

/// <summary>A setting that the process cannot start with. The message is one sentence that names it.</summary>
public sealed class SettingException(string setting, string problem) : Exception($"{setting} {problem}");

/// <summary>Reads settings as deployments write them: flat names in the environment, durations in milliseconds.</summary>
public static class Setting
{
    /// <summary>A text; null when unset or empty.</summary>
    public static string? Text(this IConfiguration configuration, string name) =>
        configuration[name] is { Length: > 0 } text ? text : null;

    /// <summary>A whole number within bounds.</summary>
    /// <exception cref="SettingException">It is something else.</exception>
    public static int Number(this IConfiguration configuration, string name, int otherwise, int least, int most = int.MaxValue)
    {
        var text = configuration.Text(name);
        if (text is null)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new SettingException(name.Replace(":", "__", StringComparison.Ordinal),
                $"must be a whole number from {least} to {most}, not '{text}'{ServiceLinkHint(text)}.");
    }

    /// <summary>
    /// Whether nobody of us wrote this: Kubernetes and Docker's old links put <c>NAME_PORT=tcp://...</c> into a container for every
    /// service NAME, and some of our names end so.
    /// </summary>
    public static bool IsServiceLink(string text) =>
        text.StartsWith("tcp://", StringComparison.Ordinal) || text.StartsWith("udp://", StringComparison.Ordinal);

    private static string ServiceLinkHint(string text) => IsServiceLink(text)
        ? ", which Kubernetes puts there for a Service of that name unless the pod says enableServiceLinks: false"
        : "";

    /// <summary>A duration written as whole milliseconds.</summary>
    /// <exception cref="SettingException">It is something else.</exception>
    public static TimeSpan Milliseconds(this IConfiguration configuration, string name, TimeSpan otherwise, int least = 1, int most = int.MaxValue) =>
        TimeSpan.FromMilliseconds(configuration.Number(name, (int)otherwise.TotalMilliseconds, least, most));

    /// <summary>A duration written as whole seconds.</summary>
    /// <exception cref="SettingException">It is something else.</exception>
    public static TimeSpan Seconds(this IConfiguration configuration, string name, TimeSpan otherwise, int least = 1) =>
        TimeSpan.FromSeconds(configuration.Number(name, (int)otherwise.TotalSeconds, least));

    /// <summary><c>true</c> or <c>1</c>, <c>false</c> or <c>0</c>, in any case: as the agent reads them.</summary>
    /// <exception cref="SettingException">It is something else.</exception>
    public static bool Flag(this IConfiguration configuration, string name, bool otherwise) => configuration.Text(name)?.ToUpperInvariant() switch
    {
        null => otherwise,
        "TRUE" or "1" => true,
        "FALSE" or "0" => false,
        _ => throw new SettingException(name, $"must be true (1) or false (0), not '{configuration.Text(name)}'."),
    };
}
