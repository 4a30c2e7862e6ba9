namespace Rollcall.DeviceAgent.Tests.Run;

/// <summary>Real processes against a real port.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _timeout = new(TimeSpan.FromSeconds(30));

    [Fact]
    public async Task Beats_and_says_goodbye_on_SIGTERM()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM to send.");
        await using var gateway = await GatewayServer.StartAsync();
        using var agent = Start("", gateway);
        Assert.Equal(("one", "healthy"), await gateway.BeatAsync(_timeout.Token));
        Assert.Equal(("one", "healthy"), await gateway.BeatAsync(_timeout.Token));
        agent.Terminate();

        var (code, output, errors) = await agent.EndAsync(_timeout.Token);
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal("offline", gateway.LastStatus());
        Assert.Contains("one is online", output, StringComparison.Ordinal);
        Assert.DoesNotContain("token-of", output, StringComparison.Ordinal);
        Assert.DoesNotContain("device-secret", output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["session.json"]));
    }

    [Fact]
    public async Task Ends_without_goodbye_when_its_parents_pipe_closes()
    {
        await using var gateway = await GatewayServer.StartAsync();
        using var agent = Start("", gateway, ("EXIT_ON_STDIN_CLOSE", "true"));
        await gateway.BeatAsync(_timeout.Token);
        agent.CloseInput();
        Assert.Equal(0, (await agent.EndAsync(_timeout.Token)).Code);
        Assert.NotEqual("offline", gateway.LastStatus());
    }

    [Fact]
    public async Task A_fleet_beats_and_says_goodbye()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM to send.");
        await using var gateway = await GatewayServer.StartAsync();
        using var agent = Start("fleet --count 20 --prefix f", gateway);
        var seen = new HashSet<string>();
        while (seen.Count < 20)
        {
            seen.Add((await gateway.BeatAsync(_timeout.Token)).DeviceId);
        }

        agent.Terminate();
        var (code, output, _) = await agent.EndAsync(_timeout.Token);
        Assert.Equal(0, code);
        Assert.Contains("f-00001", seen);
        Assert.Contains("20 of 20 devices said goodbye", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "HEARTBEAT_INTERVAL", "999")]
    [InlineData("", "API_URL", "nowhere")]
    [InlineData("", "DEVICE_ID", "-a")]
    [InlineData("fleet --count 0", "DEVICE_ID", "a")]
    [InlineData("fleet --count x", "DEVICE_ID", "a")]
    [InlineData("fleet --count 2 --credentials nowhere.jsonl", "DEVICE_ID", "a")]
    [InlineData("probe", "DEVICE_SECRET", "only-the-secret")]
    public async Task A_bad_setting_is_refused_in_one_sentence_with_exit_code_2(string arguments, string name, string value)
    {
        using var agent = AgentProcess.Start(arguments, (name, value));
        var (code, _, errors) = await agent.EndAsync(_timeout.Token);
        Assert.Equal(2, code);
        Assert.Single(errors.Trim().Split('\n'));
        Assert.Contains(arguments.StartsWith("fleet", StringComparison.Ordinal) ? "--c" : name.Split('_')[0], errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_probe_walks_and_ends_its_session()
    {
        await using var gateway = await GatewayServer.StartAsync();
        using var agent = AgentProcess.Start("probe", ("API_URL", gateway.Url));
        var (code, output, _) = await agent.EndAsync(_timeout.Token);
        Assert.Equal(0, code);
        Assert.Equal(5, output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
        Assert.Equal(1, gateway.Ended);
        Assert.Equal(["test-device-001"], gateway.Authenticated);
    }

    [Fact]
    public async Task The_healthcheck_fails_where_no_agent_is()
    {
        using var agent = AgentProcess.Start("healthcheck", ("HEALTH_PORT", "1"));
        Assert.Equal(1, (await agent.EndAsync(_timeout.Token)).Code);
    }

    public void Dispose()
    {
        _timeout.Dispose();
        _folder.Dispose();
    }

    private AgentProcess Start(string arguments, GatewayServer gateway, params (string, string)[] more) => AgentProcess.Start(
        arguments,
        [("API_URL", gateway.Url), ("DEVICE_ID", "one"), ("DEVICE_SECRET", "device-secret"), ("STATE_DIR", _folder.Path), .. more]);
}
