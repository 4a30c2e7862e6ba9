using System.Web;
using Npgsql;

namespace Rollcall.Postgres.Connections;

/// <summary>
/// Reads DATABASE_URL: <c>postgres://user:password@host:port,host:port/database?sslmode=...</c>, or <c>Host=...;Username=...</c>. Nothing
/// of it is ever shown.
/// </summary>
internal static class PostgresUrl
{
    private const string Setting = "DATABASE_URL";
    private const string Form = "postgres://user:password@host:port/database";
    private const int DefaultPort = 5432;

    private static readonly string Known =
        "sslmode (disable, allow, prefer, require, verify-ca, verify-full), sslrootcert, channel_binding (disable, prefer, require), " +
        $"target_session_attrs ({string.Join(", ", PostgresTarget.Names)}), application_name and connect_timeout (seconds)";

    /// <exception cref="SettingException">It is neither; the sentence shows nothing of the value, which holds a password.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string value)
    {
        var builder = value.Contains("://", StringComparison.Ordinal) ? OfUrl(value) : OfPairs(value);
        if (string.IsNullOrEmpty(builder.Host) || string.IsNullOrEmpty(builder.Database))
        {
            throw new SettingException(Setting, $"must name a host and a database: {Form}.");
        }

        if (builder.TargetSessionAttributes is { } wanted && !PostgresTarget.Names.Contains(wanted))
        {
            throw new SettingException(
                Setting,
                "asks for servers that the roll cannot be written to: target_session_attrs must be one "
                    + $"of {string.Join(", ", PostgresTarget.Names)}.");
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
            throw new SettingException(Setting, $"is neither {Form} nor a list such as Host=...;Username=...;Password=...;Database=....");
        }
    }

    private static NpgsqlConnectionStringBuilder OfUrl(string value)
    {
        var urls = PerHost(value).Select(OfOneHost).ToArray();
        var url = urls[0];
        var user = url.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder { Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')) };
        (builder.Username, builder.Password) = (Decoded(user[0]), user.Length > 1 ? Decoded(user[1]) : null);
        if (urls.Length == 1)
        {
            (builder.Host, builder.Port) = (url.IdnHost, PortOf(url));
        }
        else
        {
            builder.Host = string.Join(
                ',', urls.Select(one => $"{(one.HostNameType == UriHostNameType.IPv6 ? $"[{one.IdnHost}]" : one.IdnHost)}:{PortOf(one)}"));
        }

        var query = HttpUtility.ParseQueryString(url.Query);
        foreach (var name in query.AllKeys)
        {
            Apply(builder, name ?? "", query[name] ?? "");
        }

        return builder;
    }

    /// <summary>The same URL for each of its hosts: whatever else is in it is read as of one.</summary>
    private static IEnumerable<string> PerHost(string value)
    {
        var authority = value.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = value.IndexOfAny(['/', '?', '#'], authority);
        end = end < 0 ? value.Length : end;
        var hosts = value.LastIndexOf('@', end - 1, end - authority) is >= 0 and var at ? at + 1 : authority;
        return value[hosts..end].Split(',').Select(host => value[..hosts] + host + value[end..]);
    }

    private static Uri OfOneHost(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "postgres" or "postgresql" && url.Fragment.Length == 0
            && url.Host.Length > 0
            ? url
            : throw new SettingException(Setting,
                $"must be {Form}, several hosts with commas between, special characters of the password percent-encoded.");

    private static int PortOf(Uri url) => url.Port > 0 ? url.Port : DefaultPort;

    private static string? Decoded(string text) => text.Length == 0 ? null : Uri.UnescapeDataString(text);

    private static void Apply(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        switch (name)
        {
            case "sslmode" when Name<SslMode>(value) is { } mode:
                builder.SslMode = mode;
                break;
            case "sslrootcert":
                builder.RootCertificate = value;
                break;
            case "channel_binding" when Name<ChannelBinding>(value) is { } binding:
                builder.ChannelBinding = binding;
                break;
            case "target_session_attrs" when PostgresTarget.Names.Contains(value):
                builder.TargetSessionAttributes = value;
                break;
            case "application_name":
                builder.ApplicationName = value;
                break;
            case "connect_timeout" when int.TryParse(value, out var seconds) && seconds is > 0 and <= 1_024:
                builder.Timeout = seconds;
                break;
            default:
                throw new SettingException(Setting, $"has a parameter that is not understood; known are {Known}.");
        }
    }

    /// <summary>libpq writes these as we do, with hyphens. A number is none of them.</summary>
    private static T? Name<T>(string value) where T : struct, Enum =>
        Enum.GetNames<T>().Contains(value.Replace("-", "", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true)
            : null;
}
