using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Core.Internal;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Rollcall.Enrolment;

/// <summary>A customer and its keys, which silos move among themselves.</summary>
public sealed class KeyMoveTests
{
    [Fact]
    public async Task What_they_know_goes_along_and_no_silo_complains()
    {
        await using var roll = await TwinCluster.Start(silos: 2);
        using var complaints = new Complaints();
        foreach (var silo in roll.Cluster.Silos)
        {
            silo.ServiceProvider.GetRequiredService<ILoggerFactory>().AddProvider(complaints);
        }

        var customer = roll.Grains.GetCustomer(TwinCluster.Customer);
        var (_, key) = await roll.NewKey();
        await key.Enrol("lamp", null);
        var before = await customer.ListKeys();
        foreach (var grain in (IGrain[])[customer, key])
        {
            await MoveAsync(roll, grain);
        }

        Assert.Equal(before, await customer.ListKeys());
        Assert.Empty(complaints.Lines);
    }

    private static async Task MoveAsync(TwinCluster roll, IGrain grain)
    {
        var management = roll.Grains.GetGrain<IManagementGrain>(0);
        var here = await management.GetActivationAddress(grain);
        var to = roll.Cluster.Silos.Single(silo => !silo.SiloAddress.Equals(here)).SiloAddress;
        RequestContext.Set(IPlacementDirector.PlacementHintKey, to);
        await grain.AsReference<IGrainManagementExtension>().MigrateOnIdle();
        RequestContext.Clear();
        await Eventually.IsSoAsync(async () => to.Equals(await management.GetActivationAddress(grain)));
    }

    private sealed class Complaints : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                _lines.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
