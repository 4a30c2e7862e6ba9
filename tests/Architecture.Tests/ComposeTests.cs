using System.Globalization;
using System.Text.RegularExpressions;

namespace Rollcall;

public sealed class ComposeTests
{
    private const int LongestStop = 35;
    private static readonly string Compose = Repository.Text("compose.yaml");

    [Fact]
    public void A_stop_has_the_time_that_it_takes() => Assert.All(
        ["silo", "gateway"],
        service => Assert.True(
            int.Parse(Regex.Match(Of(service), @"stop_grace_period: (\d+)s").Groups[1].Value, CultureInfo.InvariantCulture) >= LongestStop + 5));

    /// <summary>Hints have an end of their life, membership has none.</summary>
    [Fact]
    public void Hints_cannot_fill_the_Redis_that_membership_lives_in_and_nothing_but_hints_is_evicted()
    {
        var redis = Of("redis");
        Assert.Contains("--maxmemory-policy, volatile-ttl,", redis, StringComparison.Ordinal);
        var (most, limit) = (Regex.Match(redis, @"--maxmemory, (\d+)mb"), Regex.Match(redis, @"memory: (\d+)M"));
        Assert.True(int.Parse(most.Groups[1].Value, CultureInfo.InvariantCulture) < int.Parse(limit.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_Redis_that_takes_no_writes_is_not_healthy() => Assert.Contains("redis-cli set ", Of("redis"), StringComparison.Ordinal);

    private static string Of(string service) => Regex.Match(Compose, $@"^  {service}:\n(?:    .*\n|\n)+", RegexOptions.Multiline).Value;
}
