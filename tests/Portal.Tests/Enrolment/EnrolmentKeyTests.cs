using Rollcall.Portal.Enrolment;

namespace Rollcall.Portal.Tests.Enrolment;

public sealed class EnrolmentKeyTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly EnrolmentKey Key = new("key-1", "Plant 7", 2, 1, Now.AddDays(-1), Now.AddDays(1), null);

    [Fact]
    public void Says_whether_devices_can_still_join_by_it()
    {
        Assert.Equal("Active", Key.State(Now).Word);
        Assert.Equal("Used up", (Key with { Devices = 2 }).State(Now).Word);
        Assert.Equal("Expired", (Key with { Devices = 2 }).State(Now.AddDays(1)).Word);
        Assert.Equal("Revoked", (Key with { RevokedAt = Now }).State(Now.AddDays(1)).Word);
        Assert.Equal("Active", (Key with { MaxDevices = null, ExpiresAt = null }).State(Now.AddYears(9)).Word);
    }

    [Theory]
    [InlineData(0, null, "0 devices")]
    [InlineData(1, null, "1 device")]
    [InlineData(1, 10, "1 of 10 devices")]
    [InlineData(1234, 5000, "1,234 of 5,000 devices")]
    public void Says_how_far_it_is_used(int devices, int? most, string words) =>
        Assert.Equal(words, (Key with { Devices = devices, MaxDevices = most }).Usage);
}
