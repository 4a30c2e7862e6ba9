namespace Rollcall.Load.Servers;

/// <summary>The programs that were built with this one.</summary>
internal static class Programs
{
    public static string Built(string name)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(here.Parent!.Parent!.FullName, name, here.Name, $"Rollcall.{name}.dll");
    }
}
