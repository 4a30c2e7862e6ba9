using System.Globalization;

namespace Rollcall.DeviceAgent.Settings;

/// <summary>Reads single settings; an empty value counts as not given, a bad one is refused by name.</summary>
internal sealed class SettingsReader(Func<string, string?> environment)
{
    public static SettingsReader OfProcess { get; } = new(Environment.GetEnvironmentVariable);

    public string? Text(string name) => environment(name) is { Length: > 0 } text ? text : null;

    public double Number(string name, double standard, double least, double most)
    {
        if (Text(name) is not { } text)
        {
            return standard;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new SettingsException(string.Create(
                CultureInfo.InvariantCulture, $"{name} must be a number from {least} to {most}, not \"{text}\"{ServiceLinkHint(text)}."));
    }

    /// <summary>Kubernetes puts <c>HEALTH_PORT=tcp://...</c> into the containers beside a Service that is named so.</summary>
    private static string ServiceLinkHint(string text) => text.StartsWith("tcp://", StringComparison.Ordinal)
        ? ", which Kubernetes puts there for a Service of that name unless the pod says enableServiceLinks: false"
        : "";

    public int Whole(string name, int standard, int least, int most)
    {
        var number = Number(name, standard, least, most);
        return number == Math.Truncate(number)
            ? (int)number
            : throw new SettingsException($"{name} must be a whole number, not \"{Text(name)}\".");
    }

    public TimeSpan Milliseconds(string name, int standard, int least, int most) =>
        TimeSpan.FromMilliseconds(Whole(name, standard, least, most));

    public bool Flag(string name, bool standard) => Text(name)?.ToUpperInvariant() switch
    {
        null => standard,
        "TRUE" or "1" => true,
        "FALSE" or "0" => false,
        _ => throw new SettingsException($"{name} must be true (1) or false (0), not \"{Text(name)}\"."),
    };

    public T Choice<T>(string name, T standard) where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return standard;
        }

        return Enum.TryParse<T>(text, ignoreCase: true, out var choice) && Enum.IsDefined(choice) && !char.IsAsciiDigit(text[0])
            ? choice
            : throw new SettingsException($"{name} must be one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}, not \"{text}\".");
    }

    /// <summary>A secret is never repeated in the message.</summary>
    public string? Secret(string name, int least, int most)
    {
        var secret = Text(name);
        return secret is null || (secret.Length >= least && secret.Length <= most && !secret.Contains('\0'))
            ? secret
            : throw new SettingsException($"{name} must have {least} to {most} characters.");
    }

    public Uri Address(string name, string standard)
    {
        var text = Text(name) ?? standard;
        var fits = Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https"
            && address is { Query: "", Fragment: "", UserInfo: "" };
        return fits ? address! : throw new SettingsException($"{name} must be an http or https address without user, query or fragment.");
    }
}
