using System.Net;
using Microsoft.Extensions.Configuration;
using Rollcall.Administration;
using Rollcall.Running;

namespace Rollcall;

public sealed class SettingsTests(SharedGateway shared)
{
    public static TheoryData<string, string> Bad => new()
    {
        { "PORT", "x" }, { "PORT", "-1" }, { "PORT", "65536" }, { "PORT", " 3001" }, { "PORT", "3001.0" },
        { "LISTEN_ADDRESS", "nowhere" }, { "LISTEN_ADDRESS", "1.2.3.4.5" }, { "LISTEN_ADDRESS", "http://localhost" },
        { "DEVICE_SESSION_TTL", "59" }, { "DEVICE_SESSION_TTL", "7d" }, { "DEVICE_SESSION_TTL", "99999999999" },
        { "DEVICE_HEARTBEAT_INTERVAL", "999" }, { "DEVICE_HEARTBEAT_INTERVAL", "30s" }, { "DEVICE_HEARTBEAT_INTERVAL", "-30000" },
        { "DEVICE_HEARTBEAT_TIMEOUT", "1999" }, { "DEVICE_HEARTBEAT_TIMEOUT", "59999" }, { "DEVICE_HEARTBEAT_TIMEOUT", "never" },
        { "DEVICE_LINK_GRACE", "0" }, { "DEVICE_LINKS", "0" }, { "DEVICE_LINK_QUEUE", "0" }, { "DEVICE_LINK_PING", "99" },
        { "DEVICE_LINK_PATIENCE", "x" }, { "DEVICE_LINK_DRAIN", "30001" }, { "AUTH_RATE", "0" }, { "PORTAL_CONNECTIONS", "0" },
        { "PORTAL_WATCH_RATE", "0" }, { "PORTAL_WATCH_BURST", "0" }, { "PORTAL_CALLS", "9" }, { "AUTH_BURST", "0" }, { "AUTH_BURST", "1e3" },
        { "COLD_CALLS", "0" }, { "COLD_CALLS_WAITING", "-1" }, { "COLD_CALLS_PATIENCE", "9" }, { "COLD_CALLS_PATIENCE", "60001" },
        { "BCRYPT_COST", "3" }, { "BCRYPT_COST", "17" }, { "BCRYPT_CONCURRENCY", "0" }, { "BCRYPT_PATIENCE", "0" }, { "BCRYPT_WAITING", "-1" },
        { "WRONG_SECRETS_MOST", "0" },
        { "TRUSTED_PROXIES", "*" }, { "TRUSTED_PROXIES", "proxy" }, { "TRUSTED_PROXIES", "10.1" }, { "TRUSTED_PROXIES", "10.0.0.5:80" },
        { "TRUSTED_PROXIES", "none,10.0.0.5" }, { "TRUSTED_PROXIES", "10.0.0.5/8" },
        { "TRUSTED_PROXIES", "0.0.0.0/0" }, { "TRUSTED_PROXIES", "0.0.0.0/1,128.0.0.0/1" }, { "TRUSTED_PROXIES", "::ffff:0:0/96" },
        { "TRUSTED_PROXIES", "8000::/1" }, { "TRUSTED_PROXIES", "10.0.0.1,::/0" }, { "TRUSTED_PROXIES", "10.0.0.5/33" },
        { "TRUSTED_PROXIES", "fe80::1%eth0" },
        { "ACTIVATION_CODE_TTL", "0" }, { "ENROLMENT_KEYS_MOST", "0" }, { "BOOTSTRAP_CUSTOMER", "a b" }, { "BOOTSTRAP_ENROLMENT_KEY", "too-short" },
        { "BOOTSTRAP_ENROLMENT_KEY", "long enough, but whose would it be?" }, { "JOURNAL_MAX_RECORDS", "0" }, { "JOURNAL_MAX_BYTES", "65535" },
        { "JOURNAL_PATIENCE", "99" }, { "PRESENCE_RETENTION_DAYS", "0" }, { "PRESENCE_EVENTS_MOST", "0" }, { "PRESENCE_EVENTS_MB", "1048577" },
        { "GOODBYE_RATE", "0" }, { "GOODBYE_BURST", "0" }, { "COMMAND_RETENTION_DAYS", "0" }, { "COMMANDS_MOST", "0" }, { "PORTAL_BYTES", "8388607" },
        { "LIST_READS", "0" }, { "LIST_READS_WAITING", "0" }, { "COMMAND_BYTES", "16383" }, { "COMMAND_CUSTOMER_BYTES", "1" },
        { "COMMAND_CUSTOMER_BYTES", "4194303" }, { "COMMAND_CACHE_BYTES", "-1" }, { "COMMAND_WAITS", "-1" },
        { "Demo:Devices", "-1" }, { "Demo:Devices", "many" },
        { "SESSION_SIGNING_KEYS", "nonsense" }, { "SESSION_SIGNING_KEYS", "k:c2hvcnQ=" }, { "SESSION_SIGNING_KEYS", "," },
        { "PORTAL_JWT_KEY", "nonsense" }, { "PORTAL_JWT_AUTHORITY", "http://id.example.com" }, { "PORTAL_JWT_AUTHORITY", "id" },
        { "CORS_ORIGINS", "*" }, { "CORS_ORIGINS", "null" }, { "CORS_ORIGINS", "portal.example.com" }, { "CORS_ORIGINS", "https://a.example.com/" },
        { "CORS_ORIGINS", "https://a.example.com/x" }, { "CORS_ORIGINS", "https://*.example.com" }, { "CORS_ORIGINS", "https://u@a.example.com" },
        { "CORS_ORIGINS", "file://" }, { "CORS_ORIGINS", "https://A.example.com" }, { "CORS_ORIGINS", "https://a.example.com:443" },
        { "CORS_ORIGINS", "https://a.example.com https://b.example.com" },
        { "DATABASE_URL", "postgres://x" }, { "REDIS_URL", "http://x" }, { "REDIS_URL", "redis://x/y" },
        { "CONNECTIONS", "0" }, { "CONNECTIONS", "15" }, { "CONNECTIONS", "many" }, { "CONNECTION_PATIENCE", "1999" }, { "HEALTH_PORT", "0" },
        { "HEALTH_ADDRESS", "nowhere" },
        { "METRICS_PORT", "0" }, { "METRICS_PORT", "x" }, { "METRICS_PORT", "65536" }, { "METRICS_ADDRESS", "nowhere" },
        { "OTEL_EXPORTER_OTLP_ENDPOINT", "collector" }, { "OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317" },
        { "DASHBOARD", "maybe" }, { "REFERENCE", "no" },
        { "PUBLIC_URL", "example.com" }, { "PUBLIC_URL", "/rollcall" }, { "PUBLIC_URL", "ftp://example.com" }, { "PUBLIC_URL", "https://" },
        { "PUBLIC_URL", "https://example.com/?" }, { "PUBLIC_URL", "https://example.com/a#b" }, { "PUBLIC_URL", "https://u@example.com" },
        { "PUBLIC_URL", "https://example.com/a b" }, { "PUBLIC_URL", "https://example.com/a/../b" }, { "PUBLIC_URL", "https://example.com//a" },
        { "PUBLIC_URL", "https://example.com/%61" }, { "PUBLIC_URL", "https://example.com/API/rollcall" },
        { "PUBLIC_URL", "https://example.com/devices" },
        { "DATA_DIR", "/dev/null" }, { "DATA_DIR", "/dev/null/x" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_bad_value_refuses_the_start_in_one_sentence_that_names_the_setting(string name, string value)
    {
        using var folder = new TemporaryFolder();
        var refused = await Assert.ThrowsAsync<SettingException>(() => TestGateway.CreateAsync(folder.Path, (name, value)));

        Assert.StartsWith(name.Replace(":", "__", StringComparison.Ordinal) + " ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(refused.Message, character => character is '\n' or '\r');
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    [InlineData("FALSE", false)]
    [InlineData("True", true)]
    public void A_switch_is_true_or_false_or_1_or_0(string value, bool on) => Assert.Equal(
        on, new GatewaySettings(new ConfigurationBuilder().AddInMemoryCollection([new("REFERENCE", value)]).Build()).Reference);

    [Theory]
    [InlineData("--trust-clock=yes")]
    [InlineData("--trust-clock:true")]
    [InlineData("--trust-clock", "yes")]
    public void The_clock_is_trusted_by_an_argument_without_a_value(params string[] arguments) => Assert.Equal(
        "--trust-clock takes no value, and nothing stands behind it: write it alone, or leave it out.",
        Assert.Throws<SettingException>(() => ClockHosting.RequireNoValue(arguments)).Message);

    [Theory]
    [InlineData("HEALTH_ADDRESS", "127.0.0.1", "HEALTH_PORT")]
    [InlineData("METRICS_ADDRESS", "*", "METRICS_PORT")]
    [InlineData("DASHBOARD_CUSTOMERS", "house", "DASHBOARD")]
    public async Task What_does_nothing_without_another_setting_is_refused_in_a_sentence_that_names_both(string name, string value, string other)
    {
        using var folder = new TemporaryFolder();
        var refused = await Assert.ThrowsAsync<SettingException>(() => TestGateway.CreateAsync(folder.Path, (name, value)));
        Assert.StartsWith($"{name} does nothing without {other}: ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_see_the_dashboard_may_be_kept_while_it_is_switched_off_in_words()
    {
        using var folder = new TemporaryFolder();
        await using (await TestGateway.CreateAsync(folder.Path, ("DASHBOARD", "false"), ("DASHBOARD_CUSTOMERS", "house")))
        {
        }
    }

    [Fact]
    public async Task The_timeout_is_at_least_two_intervals()
    {
        using var folder = new TemporaryFolder();
        var refused = await Assert.ThrowsAsync<SettingException>(() => TestGateway.CreateAsync(
            folder.Path, ("DEVICE_HEARTBEAT_INTERVAL", "45001"), ("DEVICE_HEARTBEAT_TIMEOUT", "90001")));
        Assert.Contains("DEVICE_HEARTBEAT_TIMEOUT", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_use_is_refused()
    {
        var refused = await Assert.ThrowsAsync<SettingException>(() => TestGateway.CreateAsync(shared.Gateway.Folder.Path));
        Assert.StartsWith("DATA_DIR ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("another Rollcall process", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rollcall.db")]
    [InlineData("keys/session.keys")]
    public async Task Data_that_cannot_be_read_are_one_sentence(string file)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.GetDirectoryName(folder[file])!);
        await File.WriteAllTextAsync(folder[file], new string('x', 5_000));

        var refused = await Assert.ThrowsAsync<SettingException>(() => TestGateway.CreateAsync(folder.Path));
        Assert.DoesNotContain(refused.Message, character => character is '\n' or '\r');
    }

    [Fact]
    public void Nobody_else_can_connect_unless_it_is_asked_for() => Assert.All(
        shared.Gateway.Addresses, address => Assert.True(IPAddress.IsLoopback(IPAddress.Parse(new Uri(address).Host)), address));

    [Fact]
    public async Task Sessions_and_beats_are_as_they_are_set()
    {
        await using var gateway = await TestGateway.StartAsync(
            ("DEVICE_SESSION_TTL", "60"), ("DEVICE_HEARTBEAT_INTERVAL", "1000"), ("DEVICE_HEARTBEAT_TIMEOUT", "2000"));
        var device = await TestDevice.CreateAsync(gateway);
        var session = (await device.SignInAsync()).Is(200);

        Assert.Equal(60, session.Of("expiresIn").GetInt32());
        Assert.Equal(1_000, session.Of("heartbeatInterval").GetInt32());
        Assert.Equal(2_000, session.Of("heartbeatTimeout").GetInt32());
        Assert.Equal(1_000, (await device.BeatAsync()).Is(200).Of("nextHeartbeat").GetInt32());
        await device.UntilAsync(seen => seen.GetProperty("reason").GetString() == "heartbeat_timeout");
    }
}
