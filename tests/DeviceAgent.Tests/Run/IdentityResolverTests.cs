using Rollcall.DeviceAgent.Logs;
using Rollcall.DeviceAgent.Run;
using Rollcall.DeviceAgent.Settings;
using Rollcall.DeviceAgent.State;
using Rollcall.DeviceAgent.Tests.Settings;

namespace Rollcall.DeviceAgent.Tests.Run;

public sealed class IdentityResolverTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StateFolder _state;

    public IdentityResolverTests() => _state = new(_folder.Path, new Log(LogLevel.Error, TextWriter.Null, TextWriter.Null, TimeProvider.System));

    [Fact]
    public void The_settings_win_over_the_folder_and_the_folder_over_the_machine()
    {
        Assert.Equal("machine", Settle(("DEVICE_SECRET", "device-secret")).DeviceId);
        _state.KeepSecret("kept", "kept-secret");
        Assert.Equal(("kept", "kept-secret"), Known(Settle()));
        Assert.Equal(("set", "set-secret"), Known(Settle(("DEVICE_ID", "set"), ("DEVICE_SECRET", "set-secret"))));
        Assert.Equal(("kept", "kept-secret"), Known(Settle(("DEVICE_ID", "kept"), ("ENROLMENT_KEY", "key"))));
    }

    [Fact]
    public void A_machine_that_is_renamed_stays_the_same_device()
    {
        Settle(("DEVICE_SECRET", "device-secret"));
        Assert.Equal("machine", IdentityResolver.Resolve(AgentSettingsTests.Read(("DEVICE_SECRET", "device-secret")), _state,
            () => "renamed").DeviceId);
    }

    [Fact]
    public void Without_secret_and_credentials_it_does_not_start() =>
        Assert.StartsWith("DEVICE_SECRET", Assert.Throws<SettingsException>(() => Settle(("DEVICE_ID", "a"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Never_registers_over_the_secret_of_another_device()
    {
        _state.KeepSecret("kept", "kept-secret");
        var refusal = Assert.Throws<SettingsException>(() => Settle(("DEVICE_ID", "new"), ("ENROLMENT_KEY", "key")));
        Assert.StartsWith("STATE_DIR", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Rollcall.DeviceAgent.Beats.DeviceKey Settle(params (string, string)[] environment) =>
        IdentityResolver.Resolve(AgentSettingsTests.Read(environment), _state, () => "machine");

    private static (string, string?) Known(Rollcall.DeviceAgent.Beats.DeviceKey key) => (key.DeviceId, key.Secret);
}
