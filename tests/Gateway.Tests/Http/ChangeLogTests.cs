using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Rollcall.Http;

/// <summary>Which requests the log tells of, and what it says of them.</summary>
public sealed class ChangeLogTests
{
    private static readonly ClaimsPrincipal Nobody = new(new ClaimsIdentity());

    [Theory]
    [InlineData("POST", "/api/v1/customer/devices", 201)]
    [InlineData("PATCH", "/API/v1/Customer/devices/a", 200)]
    [InlineData("DELETE", "/api/V1/CUSTOMER/devices/a", 204)]
    [InlineData("POST", "/api/v1/customer/devices/a/commands", 503)] // It may have been done.
    public async Task A_change_says_who_made_it(string method, string path, int status) => Assert.Equal(
        [(LogLevel.Information, $"{method} {path} {status} of acme by ann@acme.example [the-id]")],
        await SaidOf(method, path, status, Somebody("ann@acme.example")));

    [Theory]
    [InlineData("GET", "/api/v1/customer/devices", 200)]
    [InlineData("HEAD", "/api/v1/customer/devices", 405)]
    [InlineData("OPTIONS", "/api/v1/customer/devices", 204)]
    [InlineData("POST", "/api/v1/customer/devices", 403)]
    [InlineData("POST", "/api/v1/customer/devices", 400)]
    [InlineData("PATCH", "/API/v1/customer/devices/a", 404)]
    [InlineData("POST", "/api/v1/device/heartbeat", 200)]
    public async Task What_changes_nothing_is_told_at_Debug_alone(string method, string path, int status) =>
        Assert.Equal(LogLevel.Debug, Assert.Single(await SaidOf(method, path, status, Somebody("ann"))).Level);

    [Theory]
    [InlineData("POST", "/api/v1/customer/devices", 401)]
    [InlineData("POST", "/API/v1/customer/nothing", 404)]
    [InlineData("PUT", "/api/v1/customer/devices", 503)]
    public async Task What_a_stranger_does_is_told_at_Debug_alone(string method, string path, int status) =>
        Assert.Equal((LogLevel.Debug, $"{method} {path} {status} [the-id]"), Assert.Single(await SaidOf(method, path, status, Nobody)));

    [Fact]
    public async Task Without_Debug_a_stranger_is_told_nowhere() =>
        Assert.Empty(await SaidOf("POST", "/api/v1/customer/devices", 401, Nobody, LogLevel.Information));

    [Fact]
    public async Task A_path_is_cut_at_200_characters_and_begins_no_line()
    {
        var line = Assert.Single(await SaidOf("POST", "/api/v1/customer/devices/" + new string('x', 7_000), 201, Somebody("ann"))).Line;
        Assert.Equal($"POST /api/v1/customer/devices/{new string('x', 175)} 201 of acme by ann [the-id]", line);

        line = Assert.Single(await SaidOf("POST", "/api/v1/customer/a\r\nb\u001b[2Jc\u2028", 201, Somebody("ann"))).Line;
        Assert.Equal("POST /api/v1/customer/a%0D%0Ab%1B%5B2Jc%E2%80%A8 201 of acme by ann [the-id]", line);

        line = Assert.Single(await SaidOf("POST", "/api/v1/customer/" + new string('\n', 300), 201, Somebody("ann"))).Line;
        Assert.Equal(200, line.Split(' ')[1].Length);
    }

    [Fact]
    public async Task A_name_begins_no_line() => Assert.Equal(
        "POST /api/v1/customer/devices 201 of acme by a??b?[31mc? [the-id]",
        Assert.Single(await SaidOf("POST", "/api/v1/customer/devices", 201, Somebody("a\r\nb\u001b[31mc\u2028"))).Line);

    private static ClaimsPrincipal Somebody(string subject) =>
        new(new ClaimsIdentity([new Claim("customer_id", "acme"), new Claim("role", "owner"), new Claim("sub", subject)], "test"));

    private static async Task<List<(LogLevel Level, string Line)>> SaidOf(
        string method, string path, int status, ClaimsPrincipal user, LogLevel least = LogLevel.Debug)
    {
        var log = new Lines(least);
        await SaidOf(log, method, path, status, user);
        return log.Said;
    }

    private static async Task SaidOf(Lines log, string method, string path, int status, ClaimsPrincipal user)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.Headers["X-Request-ID"] = "the-id";
        var named = new RequestId(
            served =>
            {
                // As authorization does on the way in.
                served.User = user;
                served.Response.StatusCode = status;
                return Task.CompletedTask;
            },
            new ConfigurationBuilder().Build(),
            log);
        await named.InvokeAsync(context);
    }

    [Fact]
    public async Task Changes_and_requests_are_categories_of_their_own()
    {
        Assert.Equal("Rollcall.Changes", await CategoryOf("POST"));
        Assert.Equal("Rollcall.Requests", await CategoryOf("GET"));

        async Task<string> CategoryOf(string method)
        {
            var log = new Lines(LogLevel.Debug);
            await SaidOf(log, method, "/api/v1/customer/devices", 200, Somebody("ann"));
            return Assert.Single(log.Categories);
        }
    }

    private sealed class Lines(LogLevel least) : ILoggerFactory
    {
        public List<(LogLevel, string)> Said { get; } = [];

        /// <summary>Of each line.</summary>
        public List<string> Categories { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Category(this, categoryName, least);

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }

    private sealed class Category(Lines lines, string name, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => level >= least;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? fault, Func<TState, Exception?, string> format)
        {
            lines.Said.Add((level, format(state, fault)));
            lines.Categories.Add(name);
        }
    }
}
