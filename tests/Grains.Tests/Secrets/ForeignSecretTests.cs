using System.Security.Cryptography;
using System.Text;
using Rollcall.Devices;

namespace Rollcall.Secrets;

/// <summary>Secrets and hashes that come from outside. The bcrypt hashes were made by libxcrypt.</summary>
public sealed class ForeignSecretTests
{
    private const string Salt = "04$abcdefghijklmnopqrstuu";
    private const string Horse = "jydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
    private const string OfX100 = "$2b$" + Salt + "bzadhGtS2zEF.gu0yd0opP6cVzb.e0i";

    [Theory]
    [InlineData("$2a$" + Salt + Horse, "correct horse")]
    [InlineData("$2b$" + Salt + Horse, "correct horse")]
    [InlineData("$2y$" + Salt + Horse, "correct horse")]
    [InlineData("$2y$" + Salt + "bScH89k2QDg0kT2OKFDvVhU827X30Ce", "pässwörd-☃")]
    [InlineData("sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631", "correct horse")]
    [InlineData("sha256:4104D36F8DA2C254349F85836793EBE029E0C957063A34C91C2E9203187B5631", "correct horse")]
    public void A_hash_that_another_system_made_is_taken_over(string hash, string secret)
    {
        Assert.True(ForeignHash.IsKnown(hash));
        var stored = SecretScheme.OfForeign(hash)!;
        Assert.True(Matches(stored, secret));
        Assert.False(Matches(stored, secret + "!"));
        Assert.Equal(hash.StartsWith("sha256", StringComparison.Ordinal), SecretScheme.IsWeak(stored));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("$2x$" + Salt + Horse)]
    [InlineData("$2$" + Salt + Horse)]
    [InlineData("$2b$03$abcdefghijklmnopqrstuu" + Horse)]
    [InlineData("$2b$14$abcdefghijklmnopqrstuu" + Horse)]
    [InlineData("$2b$+4$abcdefghijklmnopqrstuu" + Horse)]
    [InlineData("$2b$" + Salt + "jydOTSfIH/d5oUHpsygqV5X9xJLQc6")]
    [InlineData("$2b$" + Salt + "jydOTSfIH/d5oUHpsygqV5X9xJLQc6:")]
    [InlineData("sha256:4104d36f")]
    [InlineData("sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b563g")]
    [InlineData("SHA256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631")]
    [InlineData("4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631")]
    public void Any_other_form_is_not(string hash)
    {
        Assert.False(ForeignHash.IsKnown(hash));
        Assert.Null(SecretScheme.OfForeign(hash));
    }

    [Fact]
    public void Of_a_bare_sha_256_neither_the_hash_nor_an_equal_one_is_seen()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("correct horse")));
        var (one, other) = (SecretScheme.OfForeign("sha256:" + hash)!, SecretScheme.OfForeign("sha256:" + hash)!);
        Assert.NotEqual(one, other);
        Assert.DoesNotContain(hash, one, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weak_one_can_be_put_behind_a_slow_one_without_its_secret()
    {
        var weak = SecretScheme.HashForNow("correct horse");
        var hardened = SecretScheme.Harden(weak, 4);
        Assert.True(SecretScheme.IsSlow(hardened));
        Assert.False(SecretScheme.IsWeak(hardened));
        Assert.True(SecretScheme.MatchesSlow(hardened, "correct horse"));
        Assert.False(SecretScheme.MatchesSlow(hardened, "correct house"));
        Assert.False(SecretScheme.MatchesFast(hardened, "correct horse"));
        Assert.DoesNotContain(weak.Split(':')[2], hardened, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef", true)]
    [InlineData("0123456789ABCDEF0123456789ABCDE", false)]
    [InlineData("q7Jf-0aZ_kLmNoPqRsTuVw", true)]
    [InlineData("q7Jf-0aZ_kLmNoPqRsTuV", false)]
    [InlineData("012345678901234567890123456789012345678", true)]
    [InlineData("01234567890123456789012345678901234567", false)]
    [InlineData("abcdefghijklmnopqrstuvwxyzab", true)]
    [InlineData("abcdefghijklmnopqrstuvwxyza", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("abababababababababababababababababababab", false)]
    [InlineData("a long sentence that has many words but also blanks", false)]
    [InlineData("", false)]
    public void Its_form_says_whether_a_secret_has_128_bits(string secret, bool strong) => Assert.Equal(strong, SecretScheme.IsStrong(secret));

    [Fact]
    public void Generated_secrets_have_them() =>
        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.True(SecretScheme.IsStrong(SecretScheme.Generate())));

    [Fact]
    public void What_bcrypt_has_cut_and_what_is_weak_has_a_better_form()
    {
        var strong = new string('x', 10) + "0123456789abcdefghijklmn";
        Assert.NotNull(SecretScheme.Better(SecretScheme.HashForNow(strong), strong));
        Assert.NotNull(SecretScheme.Better(SecretScheme.HashChosen(strong, 4), strong));
        Assert.Null(SecretScheme.Better(SecretScheme.HashGenerated(strong), strong));
        Assert.Null(SecretScheme.Better(SecretScheme.HashForNow("correct horse"), "correct horse"));
        Assert.True(SecretScheme.IsBetterChosen(SecretScheme.HashForNow("correct horse"), "correct horse"));
        Assert.True(Matches(SecretScheme.OfForeign(OfX100)!, new string('x', 100)));
        Assert.True(SecretScheme.IsBetterChosen(SecretScheme.OfForeign(OfX100)!, new string('x', 100)));
        Assert.False(SecretScheme.IsBetterChosen(SecretScheme.OfForeign("$2b$" + Salt + Horse)!, "correct horse"));
        Assert.False(SecretScheme.IsBetterChosen(SecretScheme.HashChosen("correct horse", 4), "correct horse"));
    }

    private static bool Matches(string credential, string secret) =>
        SecretScheme.IsSlow(credential) ? SecretScheme.MatchesSlow(credential, secret) : SecretScheme.MatchesFast(credential, secret);
}
