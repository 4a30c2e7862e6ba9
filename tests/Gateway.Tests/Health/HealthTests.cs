using System.Reflection;
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
        ContractChecks.HasExactly(answer.Json, "name", "version");
        Assert.Equal("Rollcall", answer.TextOf("name"));
        Assert.Matches(@"^\d+\.\d+\.\d+", answer.TextOf("version"));
    }

    [Fact]
    public void What_it_says_is_what_the_build_stamped_on_the_program() => Assert.Equal(
        typeof(HealthEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion, BuildVersion.Whole);

    [Fact]
    public async Task It_tells_the_commit_to_those_alone_who_are_signed_in()
    {
        var whole = BuildVersion.Whole;
        var device = await TestDevice.SignedInAsync(_gateway);
        foreach (var stranger in new[] { _gateway.Nobody, _gateway.Nobody.With("Authorization", "Bearer nonsense") })
        {
            Assert.Equal(whole.Split('+')[0], (await stranger.GetAsync("/version")).Is(200).TextOf("version"));
        }

        Assert.Equal(whole, (await _gateway.Portal("viewer", "acme").GetAsync("/version")).Is(200).TextOf("version"));
        Assert.Equal(whole, (await device.Self.GetAsync("/version")).Is(200).TextOf("version"));
    }
}
