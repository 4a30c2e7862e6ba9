using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Rollcall.Portal.Commands;

/// <summary>A place where JSON is wrong, and what stands around it.</summary>
/// <param name="Text">The whole, in UTF-8, without space at its end.</param>
/// <param name="Offset">In bytes; at the end something is missing.</param>
/// <param name="InText">It is within double quotes.</param>
/// <param name="AfterName">A member's name was read just before.</param>
/// <param name="Last">The last before that that was right.</param>
/// <param name="Closing">The bracket that closes what is open; null: nothing is.</param>
internal readonly record struct JsonPlace(byte[] Text, int Offset, bool InText, bool AfterName, JsonTokenType Last, char? Closing)
{
    /// <summary>One more object or list begins here.</summary>
    public bool Opens => Offset < Text.Length && Text[Offset] is (byte)'{' or (byte)'[';

    public string Words => Offset == Text.Length ? Missing : InText ? Within : Wrong;

    private char Before => Text.AsSpan(0, Offset).TrimEnd(" \t\r\n"u8) is [.., var last] ? (char)last : '\0';

    private Rune Here => Rune.DecodeFromUtf8(Text.AsSpan(Offset), out var rune, out _) == OperationStatus.Done ? rune : Rune.ReplacementChar;

    private string Name => Rune.IsLetterOrDigit(Here) || (Here.IsAscii && !Rune.IsControl(Here)) ? $"“{Here}”" : $"The character U+{Here.Value:X4}";

    private bool InNumber => Offset > 0 && (char)Text[Offset - 1] is (>= '0' and <= '9') or '.' or '-' or '+';

    private bool ExpectsName => Closing == '}' && Before is '{' or ',';

    private bool AfterValue =>
        Before != ',' && Last is not (JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);

    private string Missing =>
        InText ? "The closing \" of a text is missing."
        : AfterName ? "A colon and a value are missing."
        : Before == ':' ? "A value is missing."
        : Closing is { } closing ? $"The closing {closing} is missing."
        : "The end is missing.";

    private string Within => Here.Value switch
    {
        '\n' or '\r' => "A text does not hold a line break: write \\n, or close it with \".",
        '\t' => "A text does not hold a tab: write \\t.",
        < ' ' => "A text does not hold control characters.",
        _ => "Behind \\ stands one of \" \\ / b f n r t, or u and four digits of 0-9 a-f.",
    };

    private string Wrong => Here.Value switch
    {
        '\'' or 0x2018 or 0x2019 or 0x201C or 0x201D or 0x201E => "Names and texts stand in straight double quotes.",
        '}' or ']' when Before == ',' => "There is a comma too many before this.",
        '}' or ']' when Closing is { } closing && closing != Here.Value => $"A {closing} is missing before this.",
        '/' or '#' => "JSON has no comments.",
        _ when InNumber => "This is no number as JSON has them.",
        _ when Last != JsonTokenType.None && Closing is null => "Nothing may follow the end.",
        _ when AfterName => "A colon is missing before this.",
        _ when AfterValue => $"A comma or {Closing} is missing before this.",
        _ when ExpectsName => "A name in double quotes is expected here.",
        _ when Rune.IsLetter(Here) => "Texts stand in double quotes; without them there are only true, false, null and numbers.",
        _ => $"{Name} is not expected here.",
    };
}
