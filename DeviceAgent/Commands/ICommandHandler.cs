using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Commands;

/// <summary>Does one kind of command. One for all devices of the process.</summary>
internal interface ICommandHandler
{
    /// <summary>The command's name.</summary>
    string Name { get; }

    /// <param name="limit">The time is over, or the agent ends.</param>
    /// <exception cref="BadParametersException">The parameters are not what it needs.</exception>
    Task<CommandReport> RunAsync(AgentCommand command, ICommandedDevice device, CancellationToken limit);
}

/// <summary>A device, as its commands see it.</summary>
internal interface ICommandedDevice
{
    string Id { get; }

    /// <summary>The time between two beats.</summary>
    TimeSpan Pace { get; }

    /// <summary>A socket is open.</summary>
    bool IsConnected { get; }

    Beats.DeviceStats Stats { get; }

    /// <summary>Reports once, over the socket or by REST.</summary>
    Task<Answer> ReportAsync(string commandId, CommandReport report, CancellationToken stop);

    /// <summary>Beats at this pace, or the server's if that is shorter; null: at the server's.</summary>
    void BeatEvery(TimeSpan? interval);

    /// <summary>Ends all that is held in memory and begins anew from what is stored.</summary>
    void Restart();
}

/// <summary>What is wrong with a command's parameters, for people.</summary>
internal sealed class BadParametersException(string message) : Exception(message);
