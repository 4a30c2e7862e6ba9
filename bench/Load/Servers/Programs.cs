namespace Rollcall.Load.Servers;

/// <summary>The programs that were built with this one; SILO_PROGRAM and GATEWAY_PROGRAM name others for a cluster.</summary>
internal static class Programs
{
    public static string Built(string name)
    {
        if (Environment.GetEnvironmentVariable($"{name.ToUpperInvariant()}_PROGRAM") is { Length: > 0 } other)
        {
            return other;
        }

        var here = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(here.Parent!.Parent!.FullName, name, here.Name, $"Rollcall.{name}.dll");
    }
}
