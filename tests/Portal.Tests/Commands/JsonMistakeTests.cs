using Rollcall.Portal.Commands;

namespace Rollcall.Portal.Tests.Commands;

public sealed class JsonMistakeTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" \n\t ")]
    [InlineData("null")]
    [InlineData("  {\"a\": [1, -2.5e3, true, \"\\u00fc\"]}\n")]
    public void What_may_be_sent_has_none(string text) => Assert.Null(JsonMistake.In(text));

    [Theory]
    [InlineData("{", "Line 1, column 2: The closing } is missing.")]
    [InlineData("[1, 2\n\n", "Line 1, column 6: The closing ] is missing.")]
    [InlineData("{\"a\":", "Line 1, column 6: A value is missing.")]
    [InlineData("{\"a\"", "Line 1, column 5: A colon and a value are missing.")]
    [InlineData("{\"a\" 1}", "Line 1, column 6: A colon is missing before this.")]
    [InlineData("{\"a\":\"x\", \"b\" 2}", "Line 1, column 15: A colon is missing before this.")]
    [InlineData("{\"a\":\"x\" 2}", "Line 1, column 10: A comma or } is missing before this.")]
    [InlineData("{\"a\":1\n\"b\":2}", "Line 2, column 1: A comma or } is missing before this.")]
    [InlineData("[1 2]", "Line 1, column 4: A comma or ] is missing before this.")]
    [InlineData("{a:1}", "Line 1, column 2: A name in double quotes is expected here.")]
    [InlineData("{\"a\":1,\n  b:2}", "Line 2, column 3: A name in double quotes is expected here.")]
    [InlineData("{'a':1}", "Line 1, column 2: Names and texts stand in straight double quotes.")]
    [InlineData("{\"a\": “x”}", "Line 1, column 7: Names and texts stand in straight double quotes.")]
    [InlineData("{\"a\":1,}", "Line 1, column 8: There is a comma too many before this.")]
    [InlineData("{\"a\":1]", "Line 1, column 7: A } is missing before this.")]
    [InlineData("{\"a\":1} x", "Line 1, column 9: Nothing may follow the end.")]
    [InlineData("[1,,2]", "Line 1, column 4: “,” is not expected here.")]
    [InlineData("}", "Line 1, column 1: “}” is not expected here.")]
    [InlineData("\u00a0{}", "Line 1, column 1: The character U+00A0 is not expected here.")]
    [InlineData("[1, // one\n]", "Line 1, column 5: JSON has no comments.")]
    [InlineData("[\n  1,\n  nope\n]", "Line 3, column 3: Texts stand in double quotes; without them there are only true, false, null and numbers.")]
    [InlineData("True", "Line 1, column 1: Texts stand in double quotes; without them there are only true, false, null and numbers.")]
    [InlineData("[1, 01]", "Line 1, column 6: This is no number as JSON has them.")]
    [InlineData("{\"a\": 1.x}", "Line 1, column 9: This is no number as JSON has them.")]
    [InlineData("{\"a\":\"b", "Line 1, column 8: The closing \" of a text is missing.")]
    [InlineData("{\"a\":\"b\nc\"}", "Line 1, column 8: A text does not hold a line break: write \\n, or close it with \".")]
    [InlineData("[\"a\tb\"]", "Line 1, column 4: A text does not hold a tab: write \\t.")]
    [InlineData("[\"\\q\"]", "Line 1, column 4: Behind \\ stands one of \" \\ / b f n r t, or u and four digits of 0-9 a-f.")]
    [InlineData("{\"ü\": \"😀\", x}", "Line 1, column 12: A name in double quotes is expected here.")]
    public void A_mistake_is_told_with_its_place_in_characters(string text, string words) => Assert.Equal(words, JsonMistake.In(text)?.ToString());

    [Fact]
    public void Sixteen_KiB_of_UTF8_may_be_sent_and_no_byte_more()
    {
        Assert.Null(JsonMistake.In($"  \"{new string('x', JsonMistake.MostBytes - 2)}\"  "));
        Assert.Equal("16,385 bytes are too many: 16 KiB (16,384) may be sent.",
            JsonMistake.In($"\"{new string('x', JsonMistake.MostBytes - 1)}\"")?.ToString());
        Assert.Equal("20,482 bytes are too many: 16 KiB (16,384) may be sent.", JsonMistake.In($"\"{new string('ü', 10 * 1024)}\"")?.ToString());
    }

    [Fact]
    public void What_no_reader_would_follow_is_not_sent()
    {
        Assert.Null(JsonMistake.In(new string('[', 32) + new string(']', 32)));
        Assert.Equal("Line 1, column 33: It is nested deeper than 32.", JsonMistake.In(new string('[', 33) + new string(']', 33))?.ToString());
    }

    [Fact]
    public void Whatever_is_typed_it_is_judged_as_the_reader_judges_it()
    {
        const int Seed = 20260105;
        var random = new Random(Seed);
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(
                _ => random.GetItems<string>(
                    ["{", "}", "[", "]", ",", ":", "\"", "\"a\"", "1", "-", ".", "e", "true", "nul", " ", "\n", "ü", "\\", "\u0001"], 1)[0]));
            Assert.Equal(IsJson(text), JsonMistake.In(text) is null);
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            return text.Trim(' ', '\n').Length == 0 || System.Text.Json.JsonElement.Parse(text).ValueKind != System.Text.Json.JsonValueKind.Undefined;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }
}
