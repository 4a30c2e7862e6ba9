using Microsoft.OpenApi;
using Rollcall.Auth;
using Rollcall.Devices;
using Rollcall.Problems;
using Rollcall.Roster;
using Rollcall.Wire;

namespace Rollcall.Customers;

/// <summary>The fleet, page by page.</summary>
internal static class DeviceListEndpoint
{
    private const int UsualLimit = 100;
    private const int MostLimit = 200;

    public static void MapDeviceList(this IEndpointRouteBuilder customer) => customer
        .MapGet("/devices", List)
        .RequireAuthorization(Policies.Viewer)
        .Produces<DeviceListAnswer>()
        .Refuses(400, 401, 403, 503)
        .WithSummary("The customer's devices by ascending id; counts ignore the filters.")
        .WithQuery(
            ("status", JsonSchemaType.String, "online or offline"), ("health", JsonSchemaType.String, "healthy or degraded"),
            ("q", JsonSchemaType.String, "substring of id or name, any case"),
            ("limit", JsonSchemaType.Integer, $"devices a page, 1 to {MostLimit}; default {UsualLimit}"),
            ("cursor", JsonSchemaType.String, "nextCursor of the former page"));

    private static async Task<IResult> List(HttpRequest request, PortalCaller caller, IGrainFactory grains)
    {
        var query = new QueryString(request);
        if (!Cursor.TryDevice(query.Text("cursor"), out var after))
        {
            query.Validation.Add("cursor", "is not one of this list's.");
        }

        var wanted = new DeviceQuery(
            query.Name<DeviceStatus>("status"), query.Name<DeviceHealth>("health"), query.Text("q"), after, query.Limit(UsualLimit, MostLimit));
        if (!SearchText.IsValid(wanted.Search))
        {
            query.Validation.Add("q", $"must be {SearchText.Rule}.");
        }

        if (query.Validation.Problem is { } problem)
        {
            return problem;
        }

        var page = await TwinCalls.Patiently(() => grains.GetRoster(caller.CustomerId).List(wanted));
        var counts = new CountsBody(page.Counts.Total, page.Counts.Online, page.Counts.Offline);
        return Json.Answer(
            new DeviceListAnswer(
                [.. page.Devices.Select(DeviceBody.Of)], page.More ? Cursor.OfDevice(page.Devices[^1].DeviceId) : null, counts, page.AsOf),
            WireJson.Default.DeviceListAnswer);
    }
}
