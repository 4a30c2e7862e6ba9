namespace Rollcall.Load.Rest;

/// <param name="Callers">Connections at a time, one entry a run.</param>
/// <param name="Measured">Of one round of one server.</param>
/// <param name="Gateways">Builds to compare.</param>
internal sealed record RestOptions(
    IReadOnlyList<int> Callers, int Devices, TimeSpan Measured, int Rounds, IReadOnlyList<(string Name, string Program)> Gateways)
{
    private const string Program = "Rollcall.Gateway.dll";

    public int AllDevices => Math.Max(Devices, Callers.Max());

    public static IReadOnlyList<(string Name, string Program)> Programs(string[] named) =>
        named.Length == 0 ? [("rollcall", Built())] : [.. named.Select(one => one.Split('=', 2)).Select(one => (one[0], one[1]))];

    /// <summary>The gateway that was built with this program.</summary>
    private static string Built()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(here.Parent!.Parent!.FullName, "Gateway", here.Name, Program);
        return File.Exists(program) ? program : throw new LoadException($"There is no gateway beside this program: {program}.");
    }
}
