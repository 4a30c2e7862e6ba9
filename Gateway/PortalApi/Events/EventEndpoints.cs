using Rollcall.Auth;
using Rollcall.DeviceApi;
using Rollcall.Devices;
using Rollcall.Http;
using Rollcall.Http.Problems;

namespace Rollcall.PortalApi.Events;

/// <summary>The page of a device's transitions.</summary>
internal sealed record EventQuery(long? After, int Limit) : IParameters<EventQuery>
{
    public static EventQuery Read(ParameterReader parameters) => new(
        parameters.Number("after", "A seq; default: from the oldest kept."), parameters.Limit(usual: 100, most: 1_000));
}

/// <summary>The page of the fleet's transitions.</summary>
internal sealed record FleetEventQuery(long Position, int Limit) : IParameters<FleetEventQuery>
{
    public static FleetEventQuery Read(ParameterReader parameters)
    {
        var limit = parameters.Limit(usual: 100, most: 1_000);
        return new(parameters.Cursor(Cursors.Events, "nextCursor of the former answer; default: from the oldest kept."), limit);
    }
}

/// <summary>The calls for the log of transitions, of one device and of the fleet.</summary>
internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder customer)
    {
        customer.MapGet("/devices/{id}/events", OfDevice)
            .RequireAuthorization(Policies.Viewer)
            .WithSummary("The device's transitions, ascending. 410: the next after `after` is no longer kept.");
        customer.MapGet("/events", OfFleet)
            .RequireAuthorization(Policies.Viewer)
            .WithSummary("The fleet's transitions, at least once; deduplicate by (deviceId, seq).");
    }

    private static async Task<Result<Ok<EventListAnswer>, NotFound, Gone>> OfDevice(
        Parameters<EventQuery> query, DeviceId id, PortalCaller caller, IGrainFactory grains)
    {
        var (after, limit) = query.Value;
        var page = await TwinCalls.RetryAsync(() => grains.GetFleet(caller.CustomerId).Events(id.Value, after, limit));
        return page.Refusal != Refusal.None ? Problem.Of(page.Refusal)
            : after < page.FirstSeq - 1 ? Problem.Gone($"Kept from seq {page.FirstSeq} on.")
            : new Ok<EventListAnswer>(new([.. page.Events.Select(EventBody.Of)], page.FirstSeq));
    }

    private static async Task<Result<Ok<FleetEventListAnswer>, Gone>> OfFleet(
        Parameters<FleetEventQuery> query, PortalCaller caller, IGrainFactory grains)
    {
        var (position, limit) = query.Value;
        var page = await TwinCalls.RetryAsync(() => grains.GetFleet(caller.CustomerId).FleetEvents(position, limit));
        return page.Gone
            ? Problem.Gone("Transitions after this cursor are no longer kept: read the list of devices, then start without a cursor.")
            : new Ok<FleetEventListAnswer>(new([.. page.Events.Select(Body)], Cursors.Events.Of(page.Position)));
    }

    private static FleetEventBody Body(Fleet.FleetEvent one) => new(
        one.DeviceId, one.Transition.Seq, one.Transition.From, one.Transition.To, one.Transition.Reason, one.Transition.At);
}
