using Rollcall.Running;

namespace Rollcall.Health;

public sealed class HealthTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData("/healthz", """{"status":"ok"}""")]
    [InlineData("/readyz", """{"ready":true,"dependencies":{"cluster":"ok","database":"ok","redis":"unused"}}""")]
    [InlineData("/health", """{"status":"ok","ready":true,"dependencies":{"cluster":"ok","database":"ok","redis":"unused"}}""")]
    public async Task It_says_how_it_is(string path, string answer) => Assert.Equal(answer, (await _gateway.Nobody.GetAsync(path)).Is(200).Text);

    [Fact]
    public async Task It_says_what_runs()
    {
        var answer = (await _gateway.Nobody.GetAsync("/version")).Is(200);
        Manners.HasExactly(answer.Json, "name", "version");
        Assert.Equal("Rollcall", answer.TextOf("name"));
        Assert.Matches(@"^\d+\.\d+\.\d+", answer.TextOf("version"));
    }
}
