using Rollcall.Auth;
using Rollcall.DeviceApi;
using Rollcall.Devices;
using Rollcall.Http;
using Rollcall.Fleet;

namespace Rollcall.PortalApi.Devices;

/// <summary>The filter and the page of a list of devices.</summary>
internal sealed record DeviceListQuery(DeviceQuery Wanted) : IParameters<DeviceListQuery>
{
    public static DeviceListQuery Read(ParameterReader parameters) => new(new DeviceQuery(
        parameters.Name<DeviceStatus>("status", "Only those with this status."),
        parameters.Name<DeviceHealth>("health", "Only those with this health."),
        parameters.Search("q", "Substring of id or name, any case."),
        Limit: parameters.Limit(usual: 100, most: 200),
        After: parameters.Cursor(Cursors.Devices)));
}

/// <summary>The call for the fleet, page by page.</summary>
internal static class DeviceListEndpoint
{
    public static void MapDeviceList(this IEndpointRouteBuilder customer) => customer
        .MapGet("/devices", List)
        .RequireAuthorization(Policies.Viewer)
        .WithSummary("The customer's devices by ascending id; counts ignore the filters.");

    private static async Task<Ok<DeviceListAnswer>> List(Parameters<DeviceListQuery> query, PortalCaller caller, IGrainFactory grains)
    {
        var page = await TwinCalls.RetryAsync(() => grains.GetFleet(caller.CustomerId).List(query.Value.Wanted));
        return new(new DeviceListAnswer(
            [.. page.Devices.Select(DeviceBody.Of)], page.More ? Cursors.Devices.Of(page.Devices[^1].DeviceId) : null,
            CountsBody.Of(page.Counts), page.AsOf));
    }
}
