using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Rollcall.Auth;

/// <summary>
/// Signing keys written as <c>kid:base64,...</c>: the first signs, all verify, so that keys can be changed without ending sessions.
/// </summary>
public sealed class KeyRing
{
    private const int LeastBytes = 32;

    private KeyRing(IReadOnlyList<SymmetricSecurityKey> keys) => Keys = keys;

    public IReadOnlyList<SymmetricSecurityKey> Keys { get; }

    public SigningCredentials Signing => new(Keys[0], SecurityAlgorithms.HmacSha256);

    /// <param name="weak">Also keys that somebody may have typed: good enough for a try on one machine.</param>
    /// <exception cref="SettingException">It is written otherwise, or a key is shorter than 256 bits, or can be guessed.</exception>
    public static KeyRing Parse(string setting, string text, bool weak = true)
    {
        var keys = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(one => ParseKey(setting, one)).ToArray();
        if (keys.Length == 0 || keys.DistinctBy(key => key.KeyId).Count() != keys.Length)
        {
            throw new SettingException(setting, "must hold at least one key, each under a name of its own.");
        }

        foreach (var key in weak ? [] : keys)
        {
            WeakKey.Refuse(setting, key.Key);
        }

        return new KeyRing(keys);
    }

    /// <summary>The ring in a file that only its owner can read; made with one new key on the first start.</summary>
    public static KeyRing FromFile(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                WriteOwnerOnly(path, $"k1:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(LeastBytes))}\n", replace: false);
            }

            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new SettingException("DATA_DIR", $"holds keys that cannot be used: {failed.Message}");
        }
    }

    /// <summary>Whole or not at all: a half-written key after a crash would lock everybody out.</summary>
    /// <param name="replace">False: when somebody else was quicker, theirs stands.</param>
    public static void WriteOwnerOnly(string path, string text, bool replace = true)
    {
        MakeOwnerOnly(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var half = $"{path}.{Guid.NewGuid():N}";
        using (var writer = new StreamWriter(half, options))
        {
            writer.Write(text);
        }

        try
        {
            File.Move(half, path, replace);
        }
        catch (IOException) when (!replace && File.Exists(path))
        {
            File.Delete(half);
        }
    }

    private static void MakeOwnerOnly(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static SymmetricSecurityKey ParseKey(string setting, string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var key = new byte[text.Length];
        if (colon < 1 || !Convert.TryFromBase64String(text[(colon + 1)..], key, out var length) || length < LeastBytes)
        {
            throw new SettingException(setting, $"must read kid:base64,... with keys of at least {LeastBytes} bytes.");
        }

        return new SymmetricSecurityKey(key[..length]) { KeyId = text[..colon] };
    }
}
