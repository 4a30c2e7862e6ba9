using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollcall.Running;

namespace Rollcall.Connections;

/// <summary>What may be silent for how long, against the interval that devices are told.</summary>
public sealed class IdleTimesTests
{
    [Theory]
    [InlineData(30, 20, 10)]
    [InlineData(45, 40, 5)]
    [InlineData(1, 20, 10)]
    public void Nothing_is_said_while_all_that_waits_is_longer_than_the_interval(int interval, int ping, int patience) =>
        Assert.Empty(SaidOf(ping, patience, interval));

    [Fact]
    public void An_interval_above_ping_and_patience_together_is_warned_of() =>
        Assert.Contains("(31 s) is more than DEVICE_LINK_PING and DEVICE_LINK_PATIENCE together (30 s)", Assert.Single(SaidOf(20, 10, 31)),
            StringComparison.Ordinal);

    [Fact]
    public void An_interval_after_which_devices_take_a_silent_server_for_dead_is_warned_of() =>
        Assert.Contains("(46 s) is more than the 45 s after which", Assert.Single(SaidOf(20, 30, 46)), StringComparison.Ordinal);

    [Fact]
    public void A_silence_that_proxies_end_is_warned_of() =>
        Assert.Contains(SaidOf(60, 30, 60), line => line.StartsWith("DEVICE_LINK_PING (60 s)", StringComparison.Ordinal));

    [Fact]
    public void Each_is_said_once_however_often_silos_tell_the_interval_and_however_different()
    {
        var log = new Log();
        var idle = Of(20, 10, log, out _);
        idle.Learn(0);
        idle.Learn(31_000);
        idle.Learn(31_000);
        idle.Learn(1_000);
        idle.Learn(31_000);
        Assert.Single(log.Lines);
    }

    [Theory]
    [InlineData(30, 130)]
    [InlineData(100, 130)]
    [InlineData(101, 131)]
    [InlineData(600, 630)]
    [InlineData(86_400, 3_600)]
    public void A_connection_is_kept_from_one_beat_to_the_next(int interval, int kept)
    {
        var log = new Log();
        Of(3_600, 3_600, log, out var server).Learn(interval * 1_000);
        Assert.Equal(TimeSpan.FromSeconds(kept), server.Limits.KeepAliveTimeout);
        Assert.Equal(interval > kept, log.Lines.Exists(line => line.Contains("each beat opens a new one", StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_a_word_it_is_as_long_as_the_servers_own() =>
        Assert.Equal(IdleTimes.UsuallyKept, new KestrelServerOptions().Limits.KeepAliveTimeout);

    [Fact]
    public async Task A_gateway_with_a_silo_inside_knows_the_interval_from_the_start()
    {
        await using var gateway = await TestGateway.StartAsync(("DEVICE_HEARTBEAT_INTERVAL", "600000"), ("DEVICE_HEARTBEAT_TIMEOUT", "1800000"));
        Assert.Equal(TimeSpan.FromSeconds(630), gateway.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.KeepAliveTimeout);
    }

    private static List<string> SaidOf(int ping, int patience, int interval)
    {
        var log = new Log();
        Of(ping, patience, log, out _).Learn(interval * 1_000);
        return log.Lines;
    }

    private static IdleTimes Of(int ping, int patience, Log log, out KestrelServerOptions server)
    {
        server = new KestrelServerOptions();
        var settings = new GatewaySettings(new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("DEVICE_LINK_PING", (ping * 1_000).ToString(CultureInfo.InvariantCulture)),
            new("DEVICE_LINK_PATIENCE", (patience * 1_000).ToString(CultureInfo.InvariantCulture)),
        ]).Build());
        return new IdleTimes(settings, Options.Create(server), log);
    }

    private sealed class Log : ILogger<IdleTimes>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Assert.Equal(LogLevel.Warning, logLevel);
            Lines.Add(formatter(state, exception));
        }
    }
}
