using System.CommandLine;
using Rollcall.Load.Servers;

namespace Rollcall.Load.Baseline;

/// <summary><c>baseline</c>: the bare server that the scenarios start beside Rollcall.</summary>
internal static class BaselineCommand
{
    public const string Marker = "Baseline: ";

    public static Command Create()
    {
        var command = new Command("baseline", $"The bare server of a comparison; its key is in {SessionKeys.Setting}. Ends with its input.");
        command.SetAction(async (_, cancellation) => await ServeAsync(cancellation));
        return command;
    }

    public static Task<ServerProcess> StartAsync(string sessionKeys, CancellationToken cancellation) => ServerProcess.StartAsync(
        Marker,
        [typeof(BaselineCommand).Assembly.Location, "baseline"],
        // As every ASP.NET program has it unless it says otherwise; this program says otherwise for the generator.
        new Dictionary<string, string> { [SessionKeys.Setting] = sessionKeys, ["DOTNET_gcServer"] = "1" },
        new OutputCounts(),
        cancellation);

    private static async Task ServeAsync(CancellationToken cancellation)
    {
        await using var app = BaselineApp.Create(Environment.GetEnvironmentVariable(SessionKeys.Setting)!);
        await app.StartAsync(cancellation);
        Console.WriteLine(Marker + app.Urls.First());
        await Console.OpenStandardInput().CopyToAsync(Stream.Null, cancellation);
    }
}
