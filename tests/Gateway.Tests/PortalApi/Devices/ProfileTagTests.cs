using Rollcall.Running;

namespace Rollcall.PortalApi.Devices;

/// <summary>What proxies that compress make of an ETag on its way out and back.</summary>
public sealed class ProfileTagTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData("W/{0}")]
    [InlineData("w/{0}")]
    [InlineData("{1}-gzip\"")]
    [InlineData("{1}--gzip\"")]
    [InlineData("{1};gzip\"")]
    [InlineData("{1}-br\"")]
    [InlineData("W/{1}-zstd\"")]
    [InlineData("{0}-gzip")]
    [InlineData(" \"other\" , W/{1};gzip\"")]
    [InlineData("*")]
    public async Task It_names_the_same_version(string form)
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var tag = (await device.Owner.GetAsync(device.Path)).Is(200)["ETag"]!;
        var ifMatch = form.Replace("{0}", tag, StringComparison.Ordinal).Replace("{1}", tag[..^1], StringComparison.Ordinal);
        var next = (await device.Owner.With("If-Match", ifMatch).PatchAsync(device.Path, """{"name":"1"}""")).Is(200);
        Assert.Equal("no-store, no-transform", next["Cache-Control"]);
        if (form != "*")
        {
            (await device.Owner.With("If-Match", ifMatch).PatchAsync(device.Path, """{"name":"2"}""")).Refused(412, "PRECONDITION_FAILED");
        }
    }

    [Theory]
    [InlineData("{1}0\"")]
    [InlineData("{1}x\"")]
    [InlineData("\"-gzip\"")]
    [InlineData("W/\"\"")]
    [InlineData("\"")]
    [InlineData("W/")]
    [InlineData(",")]
    public async Task Another_tag_stays_another(string form)
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var tag = (await device.Owner.GetAsync(device.Path)).Is(200)["ETag"]!;
        (await device.Owner.With("If-Match", form.Replace("{1}", tag[..^1], StringComparison.Ordinal)).PatchAsync(device.Path, """{"name":"1"}"""))
            .Refused(412, "PRECONDITION_FAILED");
    }
}
