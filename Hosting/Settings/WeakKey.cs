using System.Text;

namespace Rollcall.Settings;

/// <summary>Keys that somebody typed for a quick start, or copied from an example: anyone who reads the same page has them.</summary>
public static class WeakKey
{
    private const int LeastDifferentBytes = 8;
    private static readonly string[] Words =
        ["changeme", "change-me", "change_me", "default", "example", "password", "rollcall", "secret", "insecure", "12345678", "abcdefgh"];

    /// <summary>Refuses such a key. A generated key is never refused: no word has been seen in 256 random bits.</summary>
    /// <exception cref="SettingException">The key can be guessed. The message does not repeat it.</exception>
    public static void Refuse(string setting, ReadOnlySpan<byte> key)
    {
        var different = new HashSet<byte>(key.ToArray()).Count;
        var text = Encoding.UTF8.GetString(key);
        var typed = text.All(letter => letter is >= ' ' and <= '~') && Words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
        if (different < LeastDifferentBytes || typed)
        {
            throw new SettingException(setting, "holds a key that can be guessed; make one, for example with `openssl rand -base64 32`.");
        }
    }
}
