using System.Globalization;
using System.Text.Json;

namespace Rollcall.DeviceAgent.Commands.Handlers;

/// <param name="Timestamp">The device's own clock.</param>
internal sealed record PongResult(string Pong, string Timestamp);

internal static class Times
{
    /// <summary>As the gateway writes them: UTC, whole milliseconds.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

/// <summary><c>ping</c>: says that commands reach the device and are answered.</summary>
internal sealed class Ping(TimeProvider clock) : ICommandHandler
{
    public string Name => "ping";

    public Task<CommandReport> RunAsync(AgentCommand command, ICommandedDevice device, CancellationToken limit) =>
        Task.FromResult(CommandReport.Completed(
            JsonSerializer.SerializeToElement(new PongResult(device.Id, Times.Text(clock.GetUtcNow())), ResultJson.Default.PongResult)));
}

/// <summary><c>echo</c>: its parameters come back as its result.</summary>
internal sealed class Echo : ICommandHandler
{
    public string Name => "echo";

    public Task<CommandReport> RunAsync(AgentCommand command, ICommandedDevice device, CancellationToken limit) =>
        Task.FromResult(CommandReport.Completed(command.Parameters));
}

/// <param name="Milliseconds">Between two beats from now on.</param>
internal sealed record IntervalResult(double Milliseconds);

/// <summary>
/// <c>set_interval {milliseconds}</c>: beats at this pace until the agent starts anew, or until it is asked without parameters. The
/// server's own pace is the longest: a longer one would be silence.
/// </summary>
internal sealed class SetInterval : ICommandHandler
{
    private const double Shortest = 1_000;
    private const double Longest = 86_400_000;

    public string Name => "set_interval";

    public Task<CommandReport> RunAsync(AgentCommand command, ICommandedDevice device, CancellationToken limit)
    {
        var asked = Read(command.Parameters);
        device.BeatEvery(asked is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null);
        return Task.FromResult(CommandReport.Completed(
            JsonSerializer.SerializeToElement(new IntervalResult(device.Pace.TotalMilliseconds), ResultJson.Default.IntervalResult)));
    }

    private static double? Read(JsonElement? parameters) => parameters switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Object } given when given.EnumerateObject().ToArray() is [{ Name: "milliseconds" } only] => Read(only.Value),
        _ => throw new BadParametersException("must be {\"milliseconds\": number}"),
    };

    private static double? Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Number when value.TryGetDouble(out var number) && number is >= Shortest and <= Longest => number,
        _ => throw new BadParametersException($"milliseconds must be a number from {Shortest} to {Longest}"),
    };
}

internal sealed record RestartResult(bool Restarted);

/// <summary>
/// <c>restart</c>: the agent ends all it holds in memory and begins anew from its settings and its state folder. Its journal tells
/// it afterwards that it was asked to, and then it is completed; also when it was killed meanwhile, for it has restarted then, too.
/// </summary>
internal sealed class Restart : ICommandHandler
{
    public static readonly CommandReport Done =
        CommandReport.Completed(JsonSerializer.SerializeToElement(new RestartResult(true), ResultJson.Default.RestartResult));

    public string Name => Restarting;

    public const string Restarting = "restart";

    /// <summary>Never ends: what comes after it comes after the restart.</summary>
    public async Task<CommandReport> RunAsync(AgentCommand command, ICommandedDevice device, CancellationToken limit)
    {
        device.Restart();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, limit);
        return Done;
    }
}
