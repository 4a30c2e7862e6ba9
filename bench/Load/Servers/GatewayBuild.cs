namespace Rollcall.Load.Servers;

/// <summary>What is measured: a build of the gateway under some settings.</summary>
/// <param name="Program">Path of its Rollcall.Gateway.dll.</param>
internal sealed record GatewayBuild(string Name, string Program, IReadOnlyDictionary<string, string> Environment)
{
    public static IReadOnlyList<GatewayBuild> Parse(string[] named) => named.Length == 0 ? [Parse("rollcall=")] : [.. named.Select(Parse)];

    /// <summary>The same, with lines of its log from this level on.</summary>
    public GatewayBuild Saying(string level) =>
        this with { Environment = new Dictionary<string, string>(Environment) { ["Logging__LogLevel__Default"] = level } };

    /// <summary><c>NAME=PATH;VARIABLE=VALUE;...</c>; without a path the gateway that was built with this program.</summary>
    private static GatewayBuild Parse(string text)
    {
        var parts = text.Split(';').Select(part => part.Split('=', 2)).ToArray();
        if (parts.Any(part => part.Length != 2))
        {
            throw new LoadException($"--gateway takes NAME=PATH;VARIABLE=VALUE;..., not '{text}'.");
        }

        var program = parts[0][1].Length > 0 ? parts[0][1] : Programs.Built("Gateway");
        return File.Exists(program)
            ? new GatewayBuild(parts[0][0], program, parts.Skip(1).ToDictionary(part => part[0], part => part[1]))
            : throw new LoadException($"There is no gateway at {program}.");
    }
}
