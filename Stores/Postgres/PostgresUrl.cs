using System.Web;
using Npgsql;

namespace Rollcall.Postgres;

/// <summary>Reads DATABASE_URL: <c>postgres://user:password@host:port/database?sslmode=...</c>, or <c>Host=...;Username=...</c>. Nothing of it is ever shown.</summary>
internal static class PostgresUrl
{
    private const string Setting = "DATABASE_URL";
    private const int DefaultPort = 5432;

    /// <exception cref="SettingException">It is neither; the sentence shows nothing of the value, which holds a password.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string value)
    {
        var builder = value.Contains("://", StringComparison.Ordinal) ? OfUrl(value) : OfPairs(value);
        if (string.IsNullOrEmpty(builder.Host) || string.IsNullOrEmpty(builder.Database))
        {
            throw new SettingException(Setting, "must name a host and a database: postgres://user:password@host:port/database.");
        }

        return builder;
    }

    private static NpgsqlConnectionStringBuilder OfPairs(string value)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(value);
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Its message may quote a piece of the password.
            throw new SettingException(Setting, "is neither postgres://user:password@host:port/database nor a list such as Host=...;Username=...;Password=...;Database=....");
        }
    }

    private static NpgsqlConnectionStringBuilder OfUrl(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Scheme is not ("postgres" or "postgresql") || url.Fragment.Length > 0)
        {
            throw new SettingException(Setting, "must be postgres://user:password@host:port/database, with special characters of the password percent-encoded.");
        }

        var user = url.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = url.IdnHost,
            Port = url.Port > 0 ? url.Port : DefaultPort,
            Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')),
        };
        (builder.Username, builder.Password) = (Decoded(user[0]), user.Length > 1 ? Decoded(user[1]) : null);
        var query = HttpUtility.ParseQueryString(url.Query);
        foreach (var name in query.AllKeys)
        {
            Apply(builder, name ?? "", query[name] ?? "");
        }

        return builder;
    }

    private static string? Decoded(string text) => text.Length == 0 ? null : Uri.UnescapeDataString(text);

    private static void Apply(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        switch (name)
        {
            case "sslmode" when Enum.TryParse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode):
                builder.SslMode = mode;
                break;
            case "sslrootcert":
                builder.RootCertificate = value;
                break;
            case "application_name":
                builder.ApplicationName = value;
                break;
            case "connect_timeout" when int.TryParse(value, out var seconds) && seconds is > 0 and <= 1_024:
                builder.Timeout = seconds;
                break;
            default:
                throw new SettingException(Setting, "has a parameter that is not understood; known are sslmode (disable, prefer, require, verify-ca, verify-full), sslrootcert, application_name and connect_timeout (seconds).");
        }
    }
}
