using Rollcall.Running;

namespace Rollcall.Http;

public sealed class CorsTests(SharedGateway shared)
{
    private const string Path = "/api/v1/customer/devices";
    private const string Allowed = "Access-Control-Allow-Origin";

    [Fact]
    public async Task No_origin_may_call_unless_it_is_listed()
    {
        foreach (var origin in new[] { "https://portal.example.com", "null", "http://localhost:3001" })
        {
            Assert.Null((await shared.Gateway.Nobody.With("Origin", origin).GetAsync(Path)).Is(401)[Allowed]);
            Assert.Null((await Preflight(shared.Gateway, origin))[Allowed]);
        }
    }

    [Fact]
    public async Task The_listed_may_and_see_what_they_need_and_no_other()
    {
        await using var gateway = await TestGateway.StartAsync(("CORS_ORIGINS", "https://portal.example.com, http://localhost:5173"));
        foreach (var origin in new[] { "https://portal.example.com", "http://localhost:5173" })
        {
            var preflight = await Preflight(gateway, origin);
            Assert.Equal(origin, preflight[Allowed]);
            Assert.Contains("PATCH", preflight["Access-Control-Allow-Methods"], StringComparison.Ordinal);
            Assert.Contains("if-match", preflight["Access-Control-Allow-Headers"], StringComparison.OrdinalIgnoreCase);

            foreach (var answer in new[]
            {
                (await gateway.Portal("viewer", "c").With("Origin", origin).GetAsync(Path)).Is(200),
                (await gateway.Nobody.With("Origin", origin).GetAsync(Path)).Is(401),
            })
            {
                Assert.Equal(origin, answer[Allowed]);
                Assert.Equal(["ETag", "Retry-After", "X-Request-ID"],
                    answer["Access-Control-Expose-Headers"]!.Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal));
                Assert.Equal("Origin", answer["Vary"]);
            }
        }

        foreach (var origin in new[] { "https://portal.example.com.evil.example", "http://portal.example.com", "https://portal.example.com:8443",
            "https://x.portal.example.com", "null" })
        {
            Assert.Null((await gateway.Nobody.With("Origin", origin).GetAsync(Path)).Is(401)[Allowed]);
            Assert.Null((await Preflight(gateway, origin))[Allowed]);
        }
    }

    [Theory]
    [InlineData("Access-Control-Request-Headers", "\u00e9")]
    [InlineData("Access-Control-Request-Headers", "a\tb")]
    [InlineData("Access-Control-Request-Method", "\u00e9")]
    public async Task What_no_browser_asks_is_the_callers_fault(string header, string value)
    {
        await using var gateway = await TestGateway.StartAsync(("CORS_ORIGINS", "https://portal.example.com"));
        var caller = gateway.Nobody.With("Origin", "https://portal.example.com").With(header, value);
        caller = header == "Access-Control-Request-Method" ? caller : caller.With("Access-Control-Request-Method", "PATCH");
        (await caller.SendUncheckedAsync("OPTIONS", Path)).Refused(400, "INVALID_REQUEST");
    }

    private static Task<Answer> Preflight(TestGateway gateway, string origin) => gateway.Nobody.With("Origin", origin)
        .With("Access-Control-Request-Method", "PATCH").With("Access-Control-Request-Headers", "authorization,if-match")
        .SendUncheckedAsync("OPTIONS", Path);
}
