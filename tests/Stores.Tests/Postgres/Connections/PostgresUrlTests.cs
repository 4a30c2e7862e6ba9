using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Rollcall.Postgres.Connections;

public sealed class PostgresUrlTests
{
    [Theory]
    [InlineData("postgres://roll:p%40ss%2Fw%3A@db.example:6543/roll%20call?sslmode=require", "db.example", 6543, "roll", "p@ss/w:", "roll call",
        SslMode.Require)]
    [InlineData("postgresql://roll@db/rollcall", "db", 5432, "roll", null, "rollcall", SslMode.Prefer)]
    [InlineData("postgres://roll:a:b@[::1]:5433/rollcall?sslmode=verify-full", "::1", 5433, "roll", "a:b", "rollcall", SslMode.VerifyFull)]
    [InlineData("Host=db;Port=5434;Username=roll;Password='a;b';Database=rollcall;SSL Mode=Disable", "db", 5434, "roll", "a;b", "rollcall",
        SslMode.Disable)]
    [InlineData("Server=db;User Id=roll;Database=rollcall", "db", 5432, "roll", null, "rollcall", SslMode.Prefer)]
    public void Both_ways_of_writing_it_are_understood(
        string text, string host, int port, string user, string? password, string database, SslMode ssl)
    {
        var read = PostgresUrl.Parse(text);
        Assert.Equal((host, port, user, password, database, ssl), (read.Host, read.Port, read.Username, read.Password, read.Database, read.SslMode));
    }

    [Theory]
    [InlineData("postgres://u:p%2C@h1:5432,h2:5433/db", "h1:5432,h2:5433", "p,")]
    [InlineData("postgres://u:p,q@h1,h2/db?target_session_attrs=read-write", "h1:5432,h2:5432", "p,q")]
    [InlineData("postgres://h1,[::1]:5434,10.0.0.7/db", "h1:5432,[::1]:5434,10.0.0.7:5432", null)]
    [InlineData("Host=h1:5432,h2:5433;Password=p;Database=db", "h1:5432,h2:5433", "p")]
    public void Several_hosts_are_taken(string text, string hosts, string? password)
    {
        var read = PostgresUrl.Parse(text);
        Assert.Equal((hosts, password, "db"), (read.Host, read.Password, read.Database));
        PostgresDatabase.From(text).Dispose();
    }

    [Theory]
    [InlineData("disable", ChannelBinding.Disable)]
    [InlineData("prefer", ChannelBinding.Prefer)]
    [InlineData("require", ChannelBinding.Require)]
    public void Channel_binding_is_taken(string text, ChannelBinding binding) =>
        Assert.Equal(binding, PostgresUrl.Parse($"postgres://db/rollcall?sslmode=require&channel_binding={text}").ChannelBinding);

    [Theory]
    [InlineData("postgres://db/rollcall?target_session_attrs=read-write", "read-write")]
    [InlineData("postgres://db/rollcall?target_session_attrs=primary", "primary")]
    [InlineData("postgres://db/rollcall?target_session_attrs=any", "any")]
    [InlineData("Host=a,b;Database=rollcall;Target Session Attributes=prefer-primary", "prefer-primary")]
    [InlineData("Host=a;Database=rollcall;Target Session Attributes=Primary", "primary")]
    public void The_wish_for_a_server_is_taken_of_one_host_as_of_several(string text, string wanted)
    {
        Assert.Equal(wanted, PostgresUrl.Parse(text).TargetSessionAttributes);
        PostgresDatabase.From(text).Dispose();
    }

    [Theory]
    [InlineData("postgres://a,b/rollcall", TargetSessionAttributes.ReadWrite)]
    [InlineData("postgres://a,b/rollcall?target_session_attrs=any", TargetSessionAttributes.Any)]
    [InlineData("postgres://a/rollcall", TargetSessionAttributes.Any)]
    public void Of_several_hosts_without_a_wish_the_one_that_takes_writes_is_wanted(string text, TargetSessionAttributes wanted) =>
        Assert.Equal(wanted, PostgresTarget.Of(PostgresUrl.Parse(text)));

    [Theory]
    [InlineData("postgres://roll:s3cr3t@/rollcall")]
    [InlineData("postgres://roll:s3cr3t@db")]
    [InlineData("postgres://roll:s3cr3t@db/")]
    [InlineData("postgres://roll:s3cr3t@db:port/rollcall")]
    [InlineData("postgres://roll:s3#cr3t@db/rollcall")]
    [InlineData("postgres://roll:s3cr3t@db/rollcall?sslmode=s3cr3t")]
    [InlineData("postgres://roll:s3cr3t@db/rollcall?s3cr3t=1")]
    [InlineData("postgres://roll:s3cr3t@db/rollcall?connect_timeout=s3cr3t")]
    [InlineData("postgres://roll:s3cr3t@db/rollcall?sslmode=3")]
    [InlineData("postgres://roll:s3cr3t@db/rollcall?channel_binding=s3cr3t")]
    [InlineData("postgres://roll:s3cr3t@db/rollcall?target_session_attrs=s3cr3t")]
    [InlineData("postgres://roll:s3cr3t@db/rollcall?target_session_attrs=standby")]
    [InlineData("postgres://roll:s3cr3t@a,,b/rollcall")]
    [InlineData("postgres://roll:s3cr3t@a,b:port/rollcall")]
    [InlineData("postgres://roll:s3cr3t@a,/rollcall")]
    [InlineData("Host=a,b;Password=s3cr3t;Database=rollcall;Target Session Attributes=read-only")]
    [InlineData("Host=a:x,b;Password=s3cr3t;Database=rollcall")]
    [InlineData("Host=a;Password=s3cr3t;Database=rollcall;Minimum Pool Size=5000")]
    [InlineData("Host=a;Password=s3cr3t;Database=rollcall;SSL Negotiation=Direct;SSL Mode=Disable")]
    [InlineData("mysql://roll:s3cr3t@db/rollcall")]
    [InlineData("Host=db;Password=x;s3cr3t;Database=rollcall")]
    [InlineData("Host=db;Password=x;s3cr3t=y;Database=rollcall")]
    [InlineData("Host=db;Port=s3cr3t;Database=rollcall")]
    [InlineData("Host=db;Password=s3cr3t")]
    [InlineData("s3cr3t")]
    [InlineData("=")]
    [InlineData(" ")]
    public void A_bad_one_is_refused_in_a_sentence_that_shows_nothing_of_it(string text)
    {
        var refused = Assert.Throws<SettingException>(() => PostgresDatabase.From(text).Dispose());
        Assert.Matches("^DATABASE_URL [^\n]+\\.$", refused.Message);
        Assert.DoesNotContain("s3cr3t", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("cr3t", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_absence_is_refused_by_its_name() =>
        Assert.StartsWith("DATABASE_URL is not set", Assert.Throws<SettingException>(() => PostgresDatabase.From(Settings())).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("many")]
    [InlineData("1001")]
    public void A_bad_pool_is_refused_by_its_name(string pool) => Assert.StartsWith(
        "DATABASE_POOL must be ",
        Assert.Throws<SettingException>(
            () => PostgresDatabase.From(Settings(("DATABASE_URL", "postgres://db/rollcall"), ("DATABASE_POOL", pool)))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void The_pool_is_as_large_as_it_is_set_and_what_the_url_says_wins_over_our_defaults()
    {
        using var database = PostgresDatabase.From(
            Settings(("DATABASE_URL", "postgres://roll:s3cr3t@db/rollcall?connect_timeout=9"), ("DATABASE_POOL", "7")));
        var read = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        Assert.Equal((7, 9, 10, "s3cr3t"), (read.MaxPoolSize, read.Timeout, read.CommandTimeout, read.Password));
    }

    [Fact]
    public void It_can_be_asked_for_a_trusted_authority() =>
        Assert.Equal(
            "/etc/ca.pem", PostgresUrl.Parse("postgres://db/rollcall?sslmode=verify-ca&sslrootcert=/etc/ca.pem&application_name=x").RootCertificate);

    private static IConfiguration Settings(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
}
