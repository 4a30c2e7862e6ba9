using Microsoft.OpenApi;
using Rollcall.Auth;
using Rollcall.Devices;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall.Customers;

/// <summary>The log of transitions, of one device and of the fleet.</summary>
internal static class EventEndpoints
{
    private const int UsualLimit = 100;
    private const int MostLimit = 1_000;

    public static void MapEvents(this IEndpointRouteBuilder customer)
    {
        customer.MapGet("/devices/{id}/events", OfDevice)
            .RequireAuthorization(Policies.Viewer)
            .Produces<EventListAnswer>()
            .Refuses(400, 401, 403, 404, 410, 503)
            .WithSummary("The device's transitions, ascending. 410: the next after `after` is no longer kept.")
            .WithQuery(
                ("after", JsonSchemaType.Integer, "a seq; default: from the oldest kept"),
                ("limit", JsonSchemaType.Integer, $"1 to {MostLimit}; default {UsualLimit}"));
        customer.MapGet("/events", OfFleet)
            .RequireAuthorization(Policies.Viewer)
            .Produces<FleetEventListAnswer>()
            .Refuses(400, 401, 403, 410, 503)
            .WithSummary("The fleet's transitions, at least once; deduplicate by (deviceId, seq).")
            .WithQuery(
                ("cursor", JsonSchemaType.String, "nextCursor of the former answer; default: from the oldest kept"),
                ("limit", JsonSchemaType.Integer, $"1 to {MostLimit}; default {UsualLimit}"));
    }

    private static async Task<IResult> OfDevice(string id, HttpRequest request, PortalCaller caller, IGrainFactory grains)
    {
        var query = new QueryString(request);
        var (after, limit) = (query.Number("after"), query.Limit(UsualLimit, MostLimit));
        if (query.Validation.Problem is { } problem)
        {
            return problem;
        }

        if (!Ids.IsValid(id))
        {
            return Problem.NotFound();
        }

        var page = await TwinCalls.Patiently(() => grains.GetRoster(caller.CustomerId).Events(id, after, limit));
        return page.Refusal != Refusal.None ? Problem.Of(page.Refusal)
            : after < page.FirstSeq - 1 ? Problem.Gone($"Kept from seq {page.FirstSeq} on.")
            : Json.Answer(new EventListAnswer([.. page.Events.Select(EventBody.Of)], page.FirstSeq), WireJson.Default.EventListAnswer);
    }

    private static async Task<IResult> OfFleet(HttpRequest request, PortalCaller caller, IGrainFactory grains)
    {
        var query = new QueryString(request);
        var limit = query.Limit(UsualLimit, MostLimit);
        if (!Cursor.TryEvent(query.Text("cursor"), out var position))
        {
            query.Validation.Add("cursor", "is not one of this list's.");
        }

        if (query.Validation.Problem is { } problem)
        {
            return problem;
        }

        var page = await TwinCalls.Patiently(() => grains.GetRoster(caller.CustomerId).FleetEvents(position, limit));
        return page.Gone
            ? Problem.Gone("Transitions after this cursor are no longer kept: read the list of devices, then start without a cursor.")
            : Json.Answer(
                new FleetEventListAnswer([.. page.Events.Select(Body)], Cursor.OfEvent(page.Position)), WireJson.Default.FleetEventListAnswer);
    }

    private static FleetEventBody Body(Roster.FleetEvent one) => new(
        one.DeviceId, one.Transition.Seq, one.Transition.From, one.Transition.To, one.Transition.Reason, one.Transition.At);
}
