using System.Text.RegularExpressions;

namespace Rollcall.Http;

public sealed class IdExpressionTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("Boiler_7.main:2-b", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData(".a", false)]
    [InlineData("a..b", false)]
    [InlineData("a b", false)]
    [InlineData("\na", false)]
    [InlineData("ä", false)]
    public void What_the_reference_says_of_ids_is_what_is_checked(string id, bool good) =>
        Assert.Equal((good, good), (Ids.IsValid(id), Regex.IsMatch(id, Ids.Expression)));

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void Both_bound_the_length(int length, bool good) => What_the_reference_says_of_ids_is_what_is_checked(new string('x', length), good);
}
