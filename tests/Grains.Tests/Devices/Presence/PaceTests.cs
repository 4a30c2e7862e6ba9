using CsCheck;
using Microsoft.Extensions.Options;

namespace Rollcall.Devices.Presence;

public sealed class PaceTests
{
    [Fact]
    public void Is_from_nine_tenths_of_the_interval_to_all_of_it()
    {
        var pace = new Pace(Options.Create(new DeviceOptions()));
        var nexts = Enumerable.Range(0, 2_000).Select(_ => pace.Next()).ToArray();
        Assert.All(nexts, next => Assert.InRange(next, 27_000, 30_000));
        Assert.True(nexts.Distinct().Count() > 500, "a fleet that started together would stay together");
    }

    [Fact]
    public void Never_leaves_one_second_to_half_the_timeout() =>
        Gen.Select(Gen.Int[1_000, 3_600_000], Gen.Int[2_000, 7_200_000]).Sample((interval, timeout) =>
    {
        var pace = new Pace(Options.Create(new DeviceOptions
        {
            HeartbeatInterval = TimeSpan.FromMilliseconds(interval), HeartbeatTimeout = TimeSpan.FromMilliseconds(timeout),
        }));
        return pace.Next() is var next && next >= 1_000 && next <= timeout / 2;
    });
}
