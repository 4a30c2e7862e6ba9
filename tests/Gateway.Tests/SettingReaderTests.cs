using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using Rollcall.Running;

namespace Rollcall;

/// <summary>A setting that is ours, where nobody reads it.</summary>
public sealed class SettingReaderTests
{
    [Theory]
    [InlineData("DEVICE_SESSION_TTL", "60")]
    [InlineData("DEVICE_HEARTBEAT_TIMEOUT", "90000")]
    [InlineData("BCRYPT_COST", "12")]
    [InlineData("JOURNAL_PATIENCE", "3000")]
    [InlineData("SILO_PROBE_TIMEOUT", "1500")]
    [InlineData("DATA_DIR", "/tmp/roll")]
    [InlineData("Demo:Devices", "5")]
    public async Task A_gateway_of_a_cluster_refuses_what_silos_or_the_embedded_mode_read(string name, string value)
    {
        using var folder = new TemporaryFolder();
        var refused = await Assert.ThrowsAsync<SettingException>(
            () => TestGateway.CreateAsync(folder.Path, ("REDIS_URL", "redis://localhost:1"), (name, value)));
        Assert.StartsWith(name.Replace(":", "__", StringComparison.Ordinal) + " is read by ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData("CLUSTER_ID", "rollcall")]
    [InlineData("SILO_PORT", "11111")]
    [InlineData("DATABASE_POOL", "20")]
    public async Task A_gateway_that_keeps_the_roll_itself_refuses_what_a_cluster_reads(string name, string value)
    {
        using var folder = new TemporaryFolder();
        var refused = await Assert.ThrowsAsync<SettingException>(() => TestGateway.CreateAsync(folder.Path, (name, value)));
        Assert.StartsWith(name + " is read by ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Kubernetes_puts_there_for_a_service_is_no_wish_and_where_it_is_read_the_sentence_tells_whence_it_comes()
    {
        using var folder = new TemporaryFolder();
        await using (await TestGateway.CreateAsync(folder.Path, ("SILO_PORT", "tcp://10.0.0.7:80")))
        {
        }

        var refused = await Assert.ThrowsAsync<SettingException>(() => TestGateway.CreateAsync(folder.Path, ("METRICS_PORT", "tcp://10.0.0.7:80")));
        Assert.Contains("enableServiceLinks: false", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Asked of the readers themselves, so that the table cannot lie of them.</summary>
    [Fact]
    public void The_table_says_who_reads_what()
    {
        var (twins, gateways) = (new Asked(), new Asked());
        _ = TwinSettingsReader.Read(twins);
        _ = new GatewaySettings(gateways);
        Assert.Equal(
            SettingReaders.Known.Where(one => one.Value == (ProcessKind.Silo | ProcessKind.Embedded)).Select(one => one.Key)
                .Order(StringComparer.Ordinal),
            twins.Names.Order(StringComparer.Ordinal));

        // The framework's own are looked for only to be refused.
        Assert.All(gateways.Names.Except(["Demo:Devices"])
            .Where(name => !name.EndsWith("FORWARDEDHEADERS_ENABLED", StringComparison.Ordinal)), name => Assert.True(
            SettingReaders.Known.TryGetValue(name, out var readers) && readers.HasFlag(ProcessKind.Gateway | ProcessKind.Embedded),
            $"{name} is read by gateways: say so in SettingReaders"));
    }

    /// <summary>An environment with nothing in it, and what was looked for.</summary>
    private sealed class Asked : IConfiguration
    {
        public HashSet<string> Names { get; } = [];

        public string? this[string key]
        {
            get
            {
                Names.Add(key);
                return null;
            }
            set => throw new NotSupportedException();
        }

        public IEnumerable<IConfigurationSection> GetChildren() => [];

        public IChangeToken GetReloadToken() => throw new NotSupportedException();

        public IConfigurationSection GetSection(string key) => throw new NotSupportedException();
    }
}
