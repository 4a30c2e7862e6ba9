using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Rollcall.PortalApi.Hub;
using Rollcall.Running;
using Rollcall.Support.Measuring;

namespace Rollcall.Measuring;

/// <summary>Each instrument moves when what it is named after happens.</summary>
public sealed class GatewayMeterTests
{
    [Fact]
    public async Task Portals_are_counted_with_what_they_are_sent_and_what_is_folded_together()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var heard = new Instruments(gateway.Services.GetRequiredService<IMeterFactory>());
        var device = await TestDevice.SignedInAsync(gateway);
        Assert.Equal(0, heard.Now("rollcall.portals"));
        await using (var portal = await TestPortal.OpenAsync(gateway, gateway.PortalToken("viewer", device.Customer)))
        {
            await portal.WatchAsync(new { });
            Assert.Equal(1, heard.Now("rollcall.portals"));

            (await device.BeatAsync()).Is(200);
            await Eventually.GetAsync(() => heard.Sum("rollcall.portal.updates"), sent => sent >= 1);

            // More than one a second of the same device: the newest goes, the rest is folded into it.
            await Eventually.GetAsync(
                async () =>
                {
                    (await device.BeatAsync()).Is(200);
                    return heard.Sum("rollcall.portal.conflated");
                },
                folded => folded >= 1);
        }

        await Eventually.GetAsync(() => heard.Now("rollcall.portals"), portals => portals == 0);
        Assert.True(heard.Sum("rollcall.beats stored") >= 2, "a silo in the same process is heard with its gateway");
    }
}
