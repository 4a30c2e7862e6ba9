using System.Globalization;
using System.Text;

namespace Rollcall.Fleet;

public sealed class SearchTextTests
{
    private static readonly string EveryAscii = string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code));

    /// <summary>Simple case folding (Unicode, CaseFolding.txt, kinds C and S) where it is more than a small letter.</summary>
    [Theory]
    [InlineData("ΟΔΌΣ ς", "οδόσ σ")]
    [InlineData("µ", "μ")]
    [InlineData("ſ", "s")]
    [InlineData("ϐϑϕϖϰϱϵ", "βθφπκρε")]
    [InlineData("ϴ", "θ")]
    [InlineData("ẛ", "ṡ")]
    [InlineData("ẞ", "ß")]
    [InlineData("ͅι", "ιι")]
    [InlineData("K Å Ω", "k å ω")]
    [InlineData("ᲀᲁᲂᲃᲄᲅᲆᲇᲈ", "вдосттъѣꙋ")]
    [InlineData("ǅ Ǆ", "ǆ ǆ")]
    [InlineData("𐐀", "𐐨")]
    [InlineData("ȺⱿ", "ⱥɀ")]
    [InlineData("É ЖУК Ł", "é жук ł")]
    public void Letters_that_differ_in_form_alone_are_one(string text, string folded) => Assert.Equal(folded, SearchText.Fold(text));

    [Theory]
    [InlineData("İ", "i")]
    [InlineData("ı", "i")]
    [InlineData("ß", "ss")]
    [InlineData("é", "e")]
    public void Others_are_not(string one, string other) => Assert.NotEqual(SearchText.Fold(other), SearchText.Fold(one));

    [Fact]
    public void It_is_the_same_for_a_text_that_was_folded_before_in_either_way()
    {
        for (var code = 0; code <= 0x1FFFF; code++)
        {
            if (Rune.IsValid(code) && CharUnicodeInfo.GetUnicodeCategory(code) != UnicodeCategory.OtherNotAssigned)
            {
                var letter = new Rune(code).ToString();
                var folded = SearchText.Fold(letter);
                Assert.Equal(letter.Length, folded.Length);
                Assert.Equal(folded, SearchText.Fold(folded));
                Assert.Equal(folded, SearchText.Fold(letter.ToLowerInvariant()));

                // What makes no copy says the same.
                Assert.True(SearchText.Contains($"<{letter}>", folded));
                Assert.Equal(folded is [>= ' ' and <= '~'], SearchText.Contains(EveryAscii, folded));
            }
        }
    }
}
