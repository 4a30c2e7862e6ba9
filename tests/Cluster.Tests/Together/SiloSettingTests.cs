using Rollcall.Running;
using Rollcall.Support.Processes;

namespace Rollcall.Together;

public sealed class SiloSettingTests
{
    [Theory]
    [InlineData("CORS_ORIGINS", "https://portal.example.com", "is read by gateways")]
    [InlineData("AUTH_RATE", "5", "is read by gateways")]
    [InlineData("PORTAL_JWT_AUTHORITY", "https://id.example.com", "is read by gateways")]
    [InlineData("DATA_DIR", "/tmp/roll", "is read by a gateway that keeps the roll itself")]
    [InlineData("SILO_PORT", "tcp://10.0.0.7:80", "enableServiceLinks: false")]
    public async Task What_a_silo_would_not_read_is_refused_in_one_sentence(string name, string value, string why)
    {
        await using var silo = Start((name, value));
        Assert.Equal(2, await silo.ExitCodeAsync(TimeSpan.FromSeconds(30)));
        var sentence = Assert.Single(silo.Errors);
        Assert.StartsWith(name + " ", sentence, StringComparison.Ordinal);
        Assert.Contains(why, sentence, StringComparison.Ordinal);
    }

    /// <summary>One shell exports the keys for silos and gateways (README), and a platform its PORT; a service's link is nobody's wish.</summary>
    [Fact]
    public async Task What_one_environment_has_for_all_is_taken()
    {
        var key = "k1:" + Convert.ToBase64String(new byte[32]);
        await using var silo = Start(
            ("SESSION_SIGNING_KEYS", key), ("PORTAL_JWT_KEY", key), ("BOOTSTRAP_CUSTOMER", "demo"), ("PORT", "8080"),
            ("METRICS_PORT", "tcp://10.0.0.7:80"));
        Assert.Equal(2, await silo.ExitCodeAsync(TimeSpan.FromSeconds(30)));
        Assert.StartsWith("DATABASE_URL ", Assert.Single(silo.Errors), StringComparison.Ordinal); // So far it came: nobody listens there.
    }

    private static Child Start(params (string Name, string Value)[] settings) => Cluster.RunSilo(new Dictionary<string, string>(
        [new("DATABASE_URL", "postgres://user:word@127.0.0.1:1/roll"), new("REDIS_URL", "redis://127.0.0.1:1"),
            .. settings.Select(one => KeyValuePair.Create(one.Name, one.Value))]));
}
