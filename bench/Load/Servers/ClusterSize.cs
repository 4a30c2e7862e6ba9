using System.Globalization;

namespace Rollcall.Load.Servers;

/// <summary>How many processes of each kind.</summary>
internal sealed record ClusterSize(int Silos, int Gateways)
{
    private const int Most = 16;

    /// <summary><c>2+2</c>: silos and gateways.</summary>
    public static ClusterSize Parse(string text)
    {
        var parts = text.Split('+');
        return parts.Length == 2 && Number(parts[0]) is { } silos && Number(parts[1]) is { } gateways
            ? new ClusterSize(silos, gateways)
            : throw new LoadException($"--cluster takes SILOS+GATEWAYS, each 1 to {Most}, not '{text}'.");
    }

    public override string ToString() => $"{Silos}+{Gateways}";

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Most ? number : null;
}
