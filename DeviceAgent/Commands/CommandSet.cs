using Rollcall.DeviceAgent.Commands.Handlers;
using Rollcall.DeviceAgent.Metrics;
using Rollcall.DeviceAgent.Settings;

namespace Rollcall.DeviceAgent.Commands;

/// <summary>What this agent can do, and how long each may take. None runs a program or a shell.</summary>
internal sealed class CommandSet(IEnumerable<ICommandHandler> handlers, TimeSpan limit)
{
    private readonly Dictionary<string, ICommandHandler> _handlers = handlers.ToDictionary(handler => handler.Name, StringComparer.Ordinal);

    /// <summary>What one run may take.</summary>
    public TimeSpan Limit => limit;

    /// <param name="mock">The devices are invented.</param>
    /// <param name="folder">The state folder.</param>
    public static CommandSet Of(AgentSettings settings, bool mock, string? folder, TimeProvider clock)
    {
        ICommandHandler[] all = [new Ping(clock), new Echo(), new Diagnose(MachineMetrics.OfThisMachine(clock), folder, clock), new SetInterval()];
        var doing = mock ? all.Select(
            handler => new Mocked(handler, settings.MockCommandLatency, settings.MockCommandFailures, clock, Random.Shared)) : all.AsEnumerable();
        return new CommandSet([.. doing, new Restart()], settings.CommandTimeout);
    }

    public ICommandHandler? Find(string name) => _handlers.GetValueOrDefault(name);
}
