namespace Rollcall.Secrets;

public sealed class SecretSchemeTests
{
    private const int Cost = 4;

    [Theory]
    [InlineData(72)]
    [InlineData(73)]
    [InlineData(256)]
    public void Nothing_of_a_long_secret_is_cut(int length)
    {
        var secret = new string('x', length);
        var hash = SecretScheme.HashChosen(secret, Cost);
        Assert.True(SecretScheme.MatchesSlow(hash, secret));
        Assert.False(SecretScheme.MatchesSlow(hash, secret[..^1]));
        Assert.False(SecretScheme.MatchesSlow(hash, secret + "y"));
        Assert.False(SecretScheme.MatchesSlow(hash, secret[..^1] + "y"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bcrypt-sha384:")]
    [InlineData("bcrypt-sha384:$2a$04$short")]
    [InlineData("bcrypt-sha384:$2a$99$abcdefghijklmnopqrstuuAqv3xAQ2wqoEoyqIsGGKz2OIRzU.A2i")]
    [InlineData("bcrypt-sha384:no hash at all, but as long as one would be, sixty letters ....")]
    [InlineData("hs256:")]
    [InlineData("hs256:a:b")]
    [InlineData("hs256:!!!!:????")]
    [InlineData("hs256:AAAA:AAAA:AAAA")]
    [InlineData("unknown:AAAA:AAAA")]
    public void A_malformed_hash_matches_nothing(string credential)
    {
        Assert.False(SecretScheme.MatchesSlow(credential, "secret"));
        Assert.False(SecretScheme.MatchesFast(credential, "secret"));
    }

    [Fact]
    public void A_generated_secret_has_256_bits_and_matches_its_hash_alone()
    {
        var secret = SecretScheme.Generate();
        Assert.Equal(43, secret.Length);
        var hash = SecretScheme.HashGenerated(secret);
        Assert.NotEqual(hash, SecretScheme.HashGenerated(secret));
        Assert.True(SecretScheme.MatchesFast(hash, secret));
        Assert.False(SecretScheme.MatchesFast(hash, SecretScheme.Generate()));
        Assert.DoesNotContain(secret, hash, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_scheme_matches_only_its_own()
    {
        Assert.True(SecretScheme.IsSlow(SecretScheme.HashChosen("secret", Cost)));
        Assert.False(SecretScheme.IsSlow(SecretScheme.HashGenerated("secret")));
        Assert.False(SecretScheme.MatchesSlow(SecretScheme.HashGenerated("secret"), "secret"));
        Assert.False(SecretScheme.MatchesFast(SecretScheme.HashChosen("secret", Cost), "secret"));
    }

    [Fact]
    public void A_code_can_be_read_aloud() => Assert.Matches("^[ABCDEFGHJKMNPQRSTVWXYZ0-9]{24}$", SecretScheme.GenerateCode());
}
