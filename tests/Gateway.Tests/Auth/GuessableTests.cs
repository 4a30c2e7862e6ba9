using System.Security.Cryptography;
using System.Text;
using Rollcall.Running;

namespace Rollcall.Auth;

/// <summary>Keys of examples are refused where more than one machine relies on them.</summary>
public sealed class GuessableTests
{
    public static TheoryData<string> Typed => new(
        "change-me-change-me-change-me-32", "CHANGEME0123456789abcdefghijklmn", "this is a secret of 32 characters",
        "rollcall rollcall rollcall rollc",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "12345678901234567890123456789012", "my default key, nobody will know",
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");

    [Theory]
    [MemberData(nameof(Typed))]
    public async Task A_gateway_of_a_cluster_refuses_them_and_does_not_repeat_them(string typed)
    {
        var keys = "k1:" + Convert.ToBase64String(Encoding.UTF8.GetBytes(typed));
        var good = "k1:" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        foreach (var (name, other) in new[] { ("SESSION_SIGNING_KEYS", "PORTAL_JWT_KEY"), ("PORTAL_JWT_KEY", "SESSION_SIGNING_KEYS") })
        {
            using var folder = new TemporaryFolder();
            var refused = await Assert.ThrowsAsync<SettingException>(
                () => TestGateway.CreateAsync(folder.Path, ("REDIS_URL", "redis://localhost:1"), (name, keys), (other, good)));
            Assert.StartsWith(name + " ", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(typed, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(keys, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_a_generator_made_is_good()
    {
        for (var time = 0; time < 1_000; time++)
        {
            var key = RandomNumberGenerator.GetBytes(32);
            WeakKey.Refuse("KEY", key);
            WeakKey.Refuse("KEY", Encoding.UTF8.GetBytes(Convert.ToBase64String(key)));
            WeakKey.Refuse("KEY", Encoding.UTF8.GetBytes(Convert.ToHexStringLower(key)));
        }
    }

    [Fact]
    public async Task One_gateway_alone_takes_what_it_is_given()
    {
        using var folder = new TemporaryFolder();
        await using var app = await TestGateway.CreateAsync(
            folder.Path, ("PORTAL_JWT_KEY", "k1:" + Convert.ToBase64String("change-me-change-me-change-me-32"u8)));
    }
}
