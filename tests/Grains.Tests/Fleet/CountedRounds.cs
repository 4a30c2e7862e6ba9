using Rollcall.Devices;

namespace Rollcall.Fleet;

/// <summary>Another store, and how many full rounds it has been through.</summary>
internal sealed class CountedRounds(IFleetStore store) : IFleetStore
{
    private int _full;

    public int Full
    {
        get => Volatile.Read(ref _full);
        set => Volatile.Write(ref _full, value);
    }

    public int Readers => store.Readers;

    public Task<(IReadOnlyList<DeviceRow> Devices, bool More, Counts Counts)> ListAsync(
        string customerId, DeviceFilter filter, string? after, int limit, CancellationToken cancellation) =>
        store.ListAsync(customerId, filter, after, limit, cancellation);

    public Task<EventPage> EventsAsync(string customerId, string deviceId, long? after, int limit, CancellationToken cancellation) =>
        store.EventsAsync(customerId, deviceId, after, limit, cancellation);

    public Task<FleetEventPage> FleetEventsAsync(string customerId, long position, int limit, CancellationToken cancellation) =>
        store.FleetEventsAsync(customerId, position, limit, cancellation);

    public Task<IReadOnlyList<string>> OnlineAsync(string after, int limit, CancellationToken cancellation) =>
        store.OnlineAsync(after, limit, cancellation);

    public Task<IReadOnlyList<(string DeviceId, string Credential)>> WeakSecretsAsync(string after, int limit, CancellationToken cancellation) =>
        store.WeakSecretsAsync(after, limit, cancellation);

    public Task<(string? Next, int Written)> FoldSearchAsync(string after, int limit, CancellationToken cancellation) =>
        store.FoldSearchAsync(after, limit, cancellation);

    public Task<int> PruneEventsAsync(DateTimeOffset before, CancellationToken cancellation) => store.PruneEventsAsync(before, cancellation);

    public async Task<int> BoundEventsAsync(EventBound bound, bool exact, CancellationToken cancellation)
    {
        var pruned = await store.BoundEventsAsync(bound, exact, cancellation);
        Full += exact ? 1 : 0;
        return pruned;
    }

    public Task<IReadOnlyList<CountCorrection>> ReconcileCountsAsync(CancellationToken cancellation) => store.ReconcileCountsAsync(cancellation);

    public Task<DateTimeOffset?> NewestTimeAsync(CancellationToken cancellation) => store.NewestTimeAsync(cancellation);

    public Task NoteTimeAsync(DateTimeOffset now, CancellationToken cancellation) => store.NoteTimeAsync(now, cancellation);
}
