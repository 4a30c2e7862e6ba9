namespace Rollcall.DeviceAgent.Commands.Handlers;

/// <summary>A handler as a slow and faulty device would have it.</summary>
/// <param name="latency">What it takes on average; each run takes from half of it to one and a half.</param>
/// <param name="failures">Runs that fail, 0-100 (percent).</param>
internal sealed class Mocked(ICommandHandler handler, TimeSpan latency, double failures, TimeProvider clock, Random random) : ICommandHandler
{
    public string Name => handler.Name;

    public async Task<CommandReport> RunAsync(AgentCommand command, ICommandedDevice device, CancellationToken limit)
    {
        if (latency > TimeSpan.Zero)
        {
            await Task.Delay(latency * (0.5 + random.NextDouble()), clock, limit);
        }

        return random.NextDouble() * 100 < failures
            ? CommandReport.Failed("mock: a failure that MOCK_COMMAND_FAILURES asked for") : await handler.RunAsync(command, device, limit);
    }
}
