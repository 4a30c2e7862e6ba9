using System.Reflection;

namespace Rollcall.Support.Processes;

/// <summary>
/// Where the programs that tests start were built. A test project that imports Gateway.props, or Silo.props, has them built, and its own
/// assembly says where.
/// </summary>
public static class Programs
{
    /// <summary>Made with the tests.</summary>
    public static string BuiltGateway { get; } = Built("Gateway");

    /// <summary>GATEWAY_PROGRAM names another build than the one made with the tests: a published one, or an earlier one, for figures.</summary>
    public static string Gateway { get; } = Environment.GetEnvironmentVariable("GATEWAY_PROGRAM") ?? BuiltGateway;

    /// <summary>FORMER_GATEWAY_PROGRAM names the build that an upgrade begins with; without it that is this one.</summary>
    public static string FormerGateway { get; } = Environment.GetEnvironmentVariable("FORMER_GATEWAY_PROGRAM") ?? Gateway;

    public static string Agent { get; } = Path.Combine(Path.GetDirectoryName(BuiltGateway)!, "agent", "DeviceAgent.dll");

    /// <summary>What the test program's project file says of this build.</summary>
    public static string Built(string name) => Assembly.GetEntryAssembly()!.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == name).Value!;
}
