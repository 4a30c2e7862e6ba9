using Microsoft.Extensions.Configuration;

namespace Rollcall.Settings;

/// <summary>REDIS_URL, taken apart: <c>redis://[user:password@]host[:port][/database]</c>, or <c>rediss://</c> for TLS.</summary>
public sealed record RedisAddress(string Host, int Port, string? User, string? Password, bool Tls, int Database)
{
    private const string Shape = "must read redis://[user:password@]host[:port][/database], or rediss:// for TLS.";

    /// <summary>The setting; null when unset.</summary>
    /// <exception cref="SettingException">It is something else. The message never repeats it: there is a password in it.</exception>
    public static RedisAddress? Read(IConfiguration configuration)
    {
        if (configuration.Text("REDIS_URL") is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "redis" or "rediss"
            && uri is { Host.Length: > 0, Query: "", Fragment: "" }
            && DatabaseOf(uri) is { } database
            ? new RedisAddress(uri.Host, uri.Port > 0 ? uri.Port : 6379, Before(uri.UserInfo), After(uri.UserInfo), uri.Scheme == "rediss", database)
            : throw new SettingException("REDIS_URL", Shape);
    }

    private static int? DatabaseOf(Uri uri) => uri.AbsolutePath.Trim('/') is { Length: > 0 } path
        ? int.TryParse(path, System.Globalization.NumberStyles.None, null, out var number) ? number : null
        : 0;

    private static string? Before(string userInfo) =>
        userInfo.Split(':', 2)[0] is { Length: > 0 } user ? Uri.UnescapeDataString(user) : null;

    private static string? After(string userInfo) =>
        userInfo.Split(':', 2) is [_, { Length: > 0 } password] ? Uri.UnescapeDataString(password) : null;
}
