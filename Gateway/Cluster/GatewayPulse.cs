using Orleans.Runtime;
using Rollcall.Devices;

namespace Rollcall.Cluster;

/// <summary>
/// Says to every silo, twice a second, that this gateway is there: when it falls silent, devices last heard through it are
/// not taken for silent. One call a silo is under way at a time.
/// </summary>
internal sealed partial class GatewayPulse(IGrainFactory grains, Incarnation gateway, TimeProvider clock, ILogger<GatewayPulse> log) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly Dictionary<SiloAddress, Task> _words = [];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_words.Keys.Select(silo => Quietly(() => grains.GetSilo(silo).Leave(gateway.Id))));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var period = new PeriodicTimer(GatewayWord.Period, clock);
        do
        {
            await Quietly(Learn);
            foreach (var (silo, word) in _words.Where(one => one.Value.IsCompleted).ToArray())
            {
                _words[silo] = Quietly(() => grains.GetSilo(silo).Hear(gateway.Id));
            }
        }
        while (await period.WaitForNextTickAsync(stoppingToken));
    }

    private async ValueTask Learn()
    {
        var silos = await grains.GetSilos().Active();
        foreach (var gone in _words.Keys.Except(silos).ToArray())
        {
            _words.Remove(gone);
        }

        foreach (var silo in silos)
        {
            _words.TryAdd(silo, Task.CompletedTask);
        }
    }

    private async Task Quietly(Func<ValueTask> call)
    {
        try
        {
            await call().AsTask().WaitAsync(Patience, clock);
        }
        catch (Exception lost)
        {
            LogLost(lost.GetType().Name);
        }
    }

    [LoggerMessage(LogLevel.Debug, "A silo was not told that this gateway is there: {Fault}")]
    private partial void LogLost(string fault);
}
