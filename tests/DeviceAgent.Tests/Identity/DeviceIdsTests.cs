using Rollcall.DeviceAgent.Identity;

namespace Rollcall.DeviceAgent.Tests.Identity;

public sealed class DeviceIdsTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("A-1_b.c:d", true)]
    [InlineData("0", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    [InlineData("a/b", false)]
    public void Knows_the_contracts_rule(string id, bool fits) => Assert.Equal(fits, DeviceIds.Fits(id));

    [Fact]
    public void A_hundred_letters_fit_and_one_more_does_not() =>
        Assert.Equal((true, false), (DeviceIds.Fits(new('a', 100)), DeviceIds.Fits(new('a', 101))));

    [Fact]
    public void A_machine_is_its_host_and_twelve_digits_of_a_hash()
    {
        var id = DeviceIds.Default("press", "machine", inContainer: false);
        Assert.Matches("^press-[0-9a-f]{12}$", id);
        Assert.Equal(id, DeviceIds.Default("press", "machine", inContainer: false));
        Assert.NotEqual(id, DeviceIds.Default("press", "other", inContainer: false));
    }

    [Fact]
    public void A_container_is_its_host_name() => Assert.Equal("3f2a", DeviceIds.Default("3f2a", "machine", inContainer: true));

    [Theory]
    [InlineData("my host!")]
    [InlineData("-.")]
    [InlineData("")]
    [InlineData("maschine-öl")]
    [InlineData("a-host-name-that-is-longer-than-anything-that-anybody-would-ever-think-of-giving-to-a-machine-in-a-hall-of-presses")]
    public void Every_host_name_makes_an_id_that_fits(string host)
    {
        Assert.True(DeviceIds.Fits(DeviceIds.Default(host, "machine", inContainer: false)));
        Assert.True(DeviceIds.Fits(DeviceIds.Default(host, null, inContainer: true)));
    }
}
