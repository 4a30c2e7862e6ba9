using System.Buffers.Text;
using System.Text;
using Rollcall.Portal.SignIn;

namespace Rollcall.Portal.Tests.SignIn;

public sealed class TokenClaimsTests
{
    [Fact]
    public void Reads_customer_role_and_end()
    {
        var claims = TokenClaims.Read(Token("""{"customer_id":"demo","role":"operator","exp":1767614400}"""));

        Assert.Equal(new TokenClaims("demo", Role.Operator, DateTimeOffset.FromUnixTimeSeconds(1767614400)), claims);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.!!!.c")]
    [InlineData("a.YWJj.c")]
    [InlineData("a.W10.c")]
    public void What_is_no_token_is_none(string text) => Assert.Null(TokenClaims.Read(text));

    [Fact]
    public void Role_that_is_not_known_gives_nothing() => Assert.Null(TokenClaims.Read(Token("""{"role":"emperor"}"""))!.Role);

    [Theory]
    [InlineData(" a.b.c\n", "a.b.c")]
    [InlineData("Portal: http://localhost:3001/#token=a.b.c", "a.b.c")]
    public void Token_may_be_pasted_with_its_link(string pasted, string token) => Assert.Equal(token, TokenClaims.In(pasted));

    private static string Token(string payload) => $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.sig";
}
