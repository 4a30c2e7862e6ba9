using Rollcall.Support.Processes;

namespace Rollcall.Running;

/// <summary>A silo or a gateway: the same ports in every life.</summary>
internal sealed class Member(int port, int gatewayPort, int healthPort)
{
    public int Port => port;

    public int GatewayPort => gatewayPort;

    /// <summary>Where its metrics are, and a silo's health.</summary>
    public int HealthPort => healthPort;

    /// <summary>Started next as the build before.</summary>
    public bool IsFormer { get; set; }

    public Uri Address => new($"http://127.0.0.1:{port}/");

    /// <summary>Its present or last life.</summary>
    public Child? Process { get; set; }

    public bool Runs => Process is { } process && Signals.Lives(process.Id);

    public Task KillAsync() => Process!.KillAsync();
}
