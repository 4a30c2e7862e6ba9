using Rollcall.DeviceAgent.Logs;
using Rollcall.DeviceAgent.Settings;

namespace Rollcall.DeviceAgent.Tests.Settings;

public sealed class AgentSettingsTests
{
    [Fact]
    public void Defaults_are_the_contracts()
    {
        var settings = Read();
        Assert.Equal("http://localhost:3001/", settings.ApiUrl.AbsoluteUri);
        Assert.Equal((30, LogLevel.Info), (settings.HeartbeatInterval.TotalSeconds, settings.LogLevel));
        Assert.Equal((1, 60, 2), (settings.Backoff.Initial.TotalSeconds, settings.Backoff.Most.TotalSeconds, settings.Backoff.Multiplier));
        Assert.Equal((true, 20, 10), (settings.WebSocket, settings.WebSocketPing.TotalSeconds, settings.WebSocketTimeout.TotalSeconds));
        Assert.Equal((30, 0, 0), (settings.CommandTimeout.TotalSeconds, settings.MockCommandLatency.TotalSeconds, settings.MockCommandFailures));
        Assert.Null(settings.HealthPort);
        Assert.Equal("127.0.0.1", settings.HealthHost.ToString());
        Assert.EndsWith(Path.Combine("rollcall-agent", "state"), settings.StateDirectory, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("API_URL", "localhost:3001")]
    [InlineData("API_URL", "ftp://host")]
    [InlineData("API_URL", "http://user:word@host")]
    [InlineData("API_URL", "http://host/?a=b")]
    [InlineData("DEVICE_ID", "with space")]
    [InlineData("DEVICE_ID", "-first")]
    [InlineData("DEVICE_SECRET", "short")]
    [InlineData("HEARTBEAT_INTERVAL", "999")]
    [InlineData("HEARTBEAT_INTERVAL", "1000.5")]
    [InlineData("HEARTBEAT_INTERVAL", "soon")]
    [InlineData("HEARTBEAT_INTERVAL", "NaN")]
    [InlineData("WEBSOCKET", "maybe")]
    [InlineData("COMMAND_TIMEOUT", "0")]
    [InlineData("MOCK_COMMAND_LATENCY", "-1")]
    [InlineData("MOCK_COMMAND_FAILURES", "101")]
    [InlineData("WEBSOCKET_PING", "99")]
    [InlineData("WEBSOCKET_PATIENCE", "0")]
    [InlineData("MOCK_MODE", "maybe")]
    [InlineData("LOG_LEVEL", "loud")]
    [InlineData("LOG_LEVEL", "1")]
    [InlineData("BACKOFF_INITIAL", "0")]
    [InlineData("BACKOFF_MAX", "999")]
    [InlineData("BACKOFF_MULTIPLIER", "0.5")]
    [InlineData("HEALTH_PORT", "65536")]
    [InlineData("HEALTH_HOST", "everywhere")]
    [InlineData("EXIT_ON_STDIN_CLOSE", "2")]
    public void A_bad_value_is_refused_by_name(string name, string value)
    {
        var refusal = Assert.Throws<SettingsException>(() => Read((name, value)));
        Assert.StartsWith(name, refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_secret_is_not_repeated() =>
        Assert.DoesNotContain("short", Assert.Throws<SettingsException>(() => Read(("DEVICE_SECRET", "short"))).Message, StringComparison.Ordinal);

    [Fact]
    public void An_empty_value_counts_as_not_given() =>
        Assert.Equal(30, Read(("HEARTBEAT_INTERVAL", ""), ("DEVICE_ID", "")).HeartbeatInterval.TotalSeconds);

    [Theory]
    [InlineData("https://host/sub", "https://host/sub/api")]
    [InlineData("https://host/sub/", "https://host/sub/api")]
    [InlineData("http://host:1", "http://host:1/api")]
    public void Paths_go_below_the_whole_address(string address, string call) =>
        Assert.Equal(call, new Uri(Read(("API_URL", address)).ApiUrl, "api").AbsoluteUri);

    internal static AgentSettings Read(params (string Name, string Value)[] environment) => AgentSettings.Read(
        new SettingsReader(name => environment.FirstOrDefault(setting => setting.Name == name).Value));
}
