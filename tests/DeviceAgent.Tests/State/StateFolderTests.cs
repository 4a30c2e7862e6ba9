using Microsoft.Extensions.Time.Testing;
using Rollcall.DeviceAgent.Logs;
using Rollcall.DeviceAgent.State;

namespace Rollcall.DeviceAgent.Tests.State;

public sealed class StateFolderTests : IDisposable
{
    private static readonly StoredSession Session = new("d-1", "http://x/", "secret-token", new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), 100);
    private readonly TemporaryFolder _root = new();
    private readonly StringWriter _output = new();

    private string Folder => Path.Combine(_root.Path, "below", "state");

    [Fact]
    public void What_is_kept_is_found_by_the_next_start()
    {
        Open().KeepSession(Session);
        Open().KeepSecret("d-1", "device-secret");
        Assert.Equal(Session, Open().FindSession("d-1", "http://x/"));
        Assert.Equal(new StoredIdentity("d-1", "device-secret"), Open().FindIdentity());
        Assert.Equal("", _output.ToString());
        Assert.Equal(2, Directory.GetFiles(Folder).Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tökén")]
    [InlineData("line\nbreak")]
    [InlineData("two words")]
    public void A_token_that_no_header_can_carry_is_none(string token)
    {
        Open().KeepSession(Session with { Token = token });
        Assert.Null(Open().FindSession("d-1", "http://x/"));
    }

    [Fact]
    public void Only_the_owner_can_read_it()
    {
        Open().KeepSession(Session);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal("700", Convert.ToString((int)File.GetUnixFileMode(Folder), 8));
            Assert.Equal("600", Convert.ToString((int)File.GetUnixFileMode(Path.Combine(Folder, "session.json")), 8));
        }
    }

    [Fact]
    public void What_is_open_to_others_is_said()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var log = new Log(LogLevel.Info, _output, _output, new FakeTimeProvider());
        Open().KeepSecret("d-1", "device-secret");
        Exposure.Say(Folder, log);
        Exposure.Say(null, log);
        Exposure.Say(_root["not there"], log);
        Assert.Equal("", _output.ToString());

        File.SetUnixFileMode(Folder, (UnixFileMode)493);
        File.SetUnixFileMode(Path.Combine(Folder, "identity.json"), (UnixFileMode)416);
        Exposure.Say(Folder, log);
        Assert.Contains($" warn  {Folder} is open to others (mode 755)", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains($" warn  {Path.Combine(Folder, "identity.json")} is open to others (mode 640)", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("device-secret", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("d-2", "http://x/")]
    [InlineData("d-1", "http://other/")]
    public void Another_device_or_another_server_does_not_get_the_token(string deviceId, string apiUrl)
    {
        Open().KeepSession(Session);
        Assert.Null(Open().FindSession(deviceId, apiUrl));
    }

    [Fact]
    public void A_forgotten_session_is_gone()
    {
        Open().KeepSession(Session);
        Open().KeepSession(null);
        Open().KeepSession(null);
        Assert.Null(Open().FindSession("d-1", "http://x/"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"deviceId\":7}")]
    [InlineData("{\"token\":\"secret-token\"")]
    [InlineData("{}")]
    [InlineData("\0\0\0\0")]
    public void Damage_costs_a_warning_at_most(string damage)
    {
        Open().KeepSession(Session);
        File.WriteAllText(Path.Combine(Folder, "session.json"), damage);
        File.WriteAllText(Path.Combine(Folder, "identity.json"), damage);
        Assert.Null(Open().FindSession("d-1", "http://x/"));
        Assert.Null(Open().FindIdentity());
        Assert.DoesNotContain("secret-token", _output.ToString(), StringComparison.Ordinal);
        Open().KeepSession(Session);
        Assert.Equal(Session, Open().FindSession("d-1", "http://x/"));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_costs_a_warning()
    {
        // A file where the folder should be: not even root can write below it.
        File.WriteAllText(_root["below"], "");
        Open().KeepSession(Session);
        Assert.Contains("warn", _output.ToString(), StringComparison.Ordinal);
        Assert.Null(Open().FindSession("d-1", "http://x/"));
        Open().KeepSession(null);
    }

    [Fact]
    public void Without_a_folder_nothing_is_kept() =>
        Assert.Null(new StateFolder(null, new Log(LogLevel.Info, _output, _output, TimeProvider.System)).FindIdentity());

    public void Dispose() => _root.Dispose();

    private StateFolder Open() => new(Folder, new Log(LogLevel.Info, _output, _output, new FakeTimeProvider()));
}
