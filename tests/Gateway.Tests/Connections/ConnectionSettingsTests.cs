using Microsoft.Extensions.Configuration;

namespace Rollcall.Connections;

public sealed class ConnectionSettingsTests
{
    private const long Gigabyte = 1L << 30;

    [Theory]
    [InlineData(1_048_576, 64 * Gigabyte, 1_048_064)]
    [InlineData(1_048_576, Gigabyte, 16_384)]
    [InlineData(20_000, 64 * Gigabyte, 19_488)]
    [InlineData(1_024, Gigabyte, 512)]
    [InlineData(600, Gigabyte, 88)]
    [InlineData(400, Gigabyte, 16)]
    [InlineData(int.MaxValue, Gigabyte, 16_384)]
    [InlineData(20_000, 0, 16)]
    public void So_many_as_descriptors_and_memory_bear(int descriptors, long memory, int most) =>
        Assert.Equal(most, Read(descriptors, memory).Most);

    [Fact]
    public void More_than_the_descriptors_bear_is_refused_with_the_reason()
    {
        var refused = Assert.Throws<SettingException>(() => Read(600, Gigabyte, ("CONNECTIONS", "89")));
        Assert.Equal("CONNECTIONS must be at most 88, not 89: the descriptor limit (ulimit -n) is 600, of which 512 are kept for all else.",
            refused.Message);
        Assert.Equal(88, Read(600, Gigabyte, ("CONNECTIONS", "88")).Most);
    }

    [Theory]
    [InlineData("15")]
    [InlineData("abc")]
    [InlineData("-1")]
    public void Fewer_than_sixteen_or_no_number_is_refused_with_what_is_possible(string value) => Assert.Equal(
        $"CONNECTIONS must be a whole number from 16 to 88, not '{value}'.",
        Assert.Throws<SettingException>(() => Read(600, Gigabyte, ("CONNECTIONS", value))).Message);

    [Theory]
    [InlineData(null, false)]
    [InlineData("24", false)]
    [InlineData("25", true)]
    public void Devices_sockets_that_do_not_fit_are_told_to_whoever_asked_for_them(string? links, bool told) => Assert.Equal(
        told,
        new GatewaySettings(new ConfigurationBuilder().AddInMemoryCollection([new("CONNECTIONS", "24"), new("DEVICE_LINKS", links)]).Build())
            .Line().Contains("DEVICE_LINKS", StringComparison.Ordinal));

    [Fact]
    public void It_is_said_with_the_limit_and_when_that_is_low()
    {
        Assert.Equal("Connections: at most 512 (CONNECTIONS), with a descriptor limit of 1024.", Read(1_024, Gigabyte).Line);
        Assert.EndsWith("which is low: raise it (ulimit -n).", Read(400, Gigabyte).Line, StringComparison.Ordinal);
    }

    [Fact]
    public void One_address_has_an_eighth_and_patience_is_ten_seconds()
    {
        var settings = Read(20_000, 64 * Gigabyte);
        Assert.Equal((2_436, TimeSpan.FromSeconds(10)), (settings.Share, settings.RequestTimeout));
    }

    [Theory]
    [InlineData("Max open files            600                  600                  files     ", 600)]
    [InlineData("Max open files            1024                 1048576              files     ", 1_024)]
    [InlineData("Max open files            unlimited            unlimited            files     ", int.MaxValue)]
    [InlineData("Max open sockets 600", int.MaxValue)]
    public void The_limit_is_read_as_the_kernel_writes_it(string line, int limit) =>
        Assert.Equal(limit, DescriptorLimit.Of(["Limit                     Soft Limit           Hard Limit           Units", line]));

    private static ConnectionSettings Read(int descriptors, long memory, params (string Name, string Value)[] settings) => new(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(one => one.Name, one => (string?)one.Value)).Build(),
        descriptors, memory);
}
