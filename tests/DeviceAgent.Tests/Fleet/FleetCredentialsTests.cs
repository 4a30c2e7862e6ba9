using Rollcall.DeviceAgent.Fleet;
using Rollcall.DeviceAgent.Logs;
using Rollcall.DeviceAgent.Settings;
using Rollcall.DeviceAgent.Tests.Settings;

namespace Rollcall.DeviceAgent.Tests.Fleet;

public sealed class FleetCredentialsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Lines => _folder["devices.jsonl"];

    [Fact]
    public void The_first_devices_are_used()
    {
        File.WriteAllText(Lines, """
            {"deviceId":"a","deviceSecret":"secret-of-a","more":1}

            {"deviceId":"b","deviceSecret":"secret-of-b"}
            {"deviceId":"c","deviceSecret":"secret-of-c"}
            """);
        Assert.Equal(["a", "b"], FleetCredentials.Read(Lines, 2).Select(key => key.DeviceId));
        Assert.Equal("secret-of-c", FleetCredentials.Read(Lines, 3)[2].Secret);
    }

    [Fact]
    public void A_line_may_say_what_the_device_reports_and_how_often()
    {
        File.WriteAllText(Lines, """
            {"deviceId":"a","deviceSecret":"secret-of-a","status":"degraded","interval":5000}
            {"deviceId":"b","deviceSecret":"secret-of-b"}
            """);
        Assert.Equal(
            [("degraded", TimeSpan.FromSeconds(5)), ("healthy", (TimeSpan?)null)],
            FleetCredentials.Read(Lines, 2).Select(key => (key.Status, key.Interval)));
    }

    [Theory]
    [InlineData("""{"deviceId":"a","deviceSecret":"secret-of-a","status":"fine"}""", "line 1")]
    [InlineData("""{"deviceId":"a","deviceSecret":"secret-of-a","interval":999}""", "line 1")]
    [InlineData("""{"deviceId":"a","deviceSecret":"secret-of-a"}""", "holds 1 devices, --count asks for 2")]
    [InlineData("", "holds 0 devices")]
    [InlineData("a,secret-of-a", "line 1")]
    [InlineData("""{"deviceId":"a","deviceSecret":"short"}""", "line 1")]
    [InlineData("""{"deviceId":"-","deviceSecret":"secret-of-a"}""", "line 1")]
    [InlineData("""{"deviceSecret":"secret-of-a"}""", "line 1")]
    [InlineData("""[]""", "line 1")]
    [InlineData("{\"deviceId\":\"a\",\"deviceSecret\":\"secret-of-a\"}\n{\"deviceId\":\"a\",\"deviceSecret\":\"secret-of-a\"}",
        "line 2: device a is there twice")]
    public void A_file_that_does_not_do_is_refused_without_its_secrets(string content, string says)
    {
        File.WriteAllText(Lines, content);
        var refusal = Assert.Throws<SettingsException>(() => FleetCredentials.Read(Lines, 2));
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--credentials", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        Assert.Contains("cannot be read", Assert.Throws<SettingsException>(() => FleetCredentials.Read(Lines, 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_a_file_devices_are_numbered_and_share_the_secret()
    {
        var keys = FleetDevices.Of("f", 2, AgentSettingsTests.Read(("DEVICE_SECRET", "shared-secret")), State());
        Assert.Equal([("f-00001", "shared-secret"), ("f-00002", "shared-secret")], keys.Select(key => (key.DeviceId, key.Secret)));
    }

    [Fact]
    public void Devices_that_registered_are_known_at_the_next_start()
    {
        State().KeepSecret("f-00002", "former-secret");
        File.AppendAllText(State().SecretsFile!, "{\"deviceId\":\"f-00001\",\"devi");
        State().KeepSecret("f-00002", "issued-secret");
        var keys = FleetDevices.Of("f", 2, AgentSettingsTests.Read(("ENROLMENT_KEY", "key")), State());
        Assert.Equal([null, "issued-secret"], keys.Select(key => key.Secret));
        Assert.Equal("key", keys[0].Provisioning.EnrolmentKey);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(State().SecretsFile!));
        }
    }

    [Fact]
    public void A_fleet_needs_something_to_prove_its_identities_with() =>
        Assert.StartsWith("DEVICE_SECRET", Refusal("f"), StringComparison.Ordinal);

    [Fact]
    public void A_prefix_must_make_ids() => Assert.StartsWith("--prefix", Refusal("no good"), StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private FleetDeviceState State() =>
        new(_folder["state"], new Log(LogLevel.Error, TextWriter.Null, TextWriter.Null, TimeProvider.System));

    private string Refusal(string prefix) =>
        Assert.Throws<SettingsException>(() => FleetDevices.Of(prefix, 1, AgentSettingsTests.Read(), State())).Message;
}
