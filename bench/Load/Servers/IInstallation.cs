using Rollcall.Load.Generator;

namespace Rollcall.Load.Servers;

/// <summary>A Rollcall of this run's own, with devices that are signed in.</summary>
internal interface IInstallation : IAsyncDisposable
{
    string Name { get; }

    IServer Server { get; }

    /// <summary>One for each device.</summary>
    IReadOnlyList<Beat> Beats { get; }

    /// <summary>The body with which each device signs in, in the order of <see cref="Beats"/>.</summary>
    IReadOnlyList<string> Credentials { get; }

    /// <summary>A portal token of the devices' owner.</summary>
    Task<string> TokenAsync(CancellationToken cancellation);

    /// <summary>The processes that one pays memory for, and what they are.</summary>
    IReadOnlyList<(string Name, IReadOnlyList<int> Processes)> Parts { get; }

    /// <summary>Starts it and signs so many devices in, over REST.</summary>
    Task StartAsync(int devices, CancellationToken cancellation);

    /// <summary>Kills its own processes and starts them again.</summary>
    Task RestartAsync(CancellationToken cancellation);

    /// <summary>The lines of log since it was asked last, by level and category.</summary>
    string Output();

    /// <summary>Kills its own processes, starts them again and compares what the list shows with what the devices were answered.</summary>
    /// <returns>Devices whose newest acknowledged beat is not there.</returns>
    Task<IReadOnlyList<string>> LostAsync(CancellationToken cancellation);
}
