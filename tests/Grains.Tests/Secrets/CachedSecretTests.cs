namespace Rollcall.Secrets;

public sealed class CachedSecretTests
{
    [Fact]
    public void Matches_its_secret_until_the_credential_is_another()
    {
        var warm = new CachedSecret("credential", "secret");
        Assert.True(warm.Matches("credential", "secret"));
        Assert.False(warm.Matches("credential", "Secret"));
        Assert.False(warm.Matches("rotated", "secret"));
        Assert.False(warm.Matches(null, "secret"));
    }
}
