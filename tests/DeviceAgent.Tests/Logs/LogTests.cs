using Microsoft.Extensions.Time.Testing;
using Rollcall.DeviceAgent.Logs;

namespace Rollcall.DeviceAgent.Tests.Logs;

public sealed class LogTests
{
    [Fact]
    public void Writes_one_line_an_event_at_or_above_its_level()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var log = new Log(LogLevel.Info, output, errors, new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        log.Debug("unseen");
        log.Info("message\nof two lines");
        log.Error("bad");
        Assert.Equal("2026-01-01T00:00:00.000Z info  message of two lines", output.ToString().TrimEnd());
        Assert.Equal("2026-01-01T00:00:00.000Z error bad", errors.ToString().TrimEnd());
    }
}
