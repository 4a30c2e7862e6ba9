using Rollcall.Clocks;

namespace Rollcall.Commands;

/// <summary>A real store that never answers when told so.</summary>
internal sealed class SilentCommandStore(ICommandStore store, Func<bool> isSilent) : ICommandStore
{
    public Task<IReadOnlyList<Command>> OpenAsync(string deviceId, CancellationToken cancellation) =>
        Or(() => store.OpenAsync(deviceId, cancellation));

    public Task<IReadOnlyDictionary<long, string>> ParametersAsync(string deviceId, IReadOnlyList<long> numbers, CancellationToken cancellation) =>
        Or(() => store.ParametersAsync(deviceId, numbers, cancellation));

    public Task<Command?> FindAsync(string deviceId, string commandId, CancellationToken cancellation) =>
        Or(() => store.FindAsync(deviceId, commandId, cancellation));

    public Task<IReadOnlyList<Command>> FindOfCustomerAsync(
        string customerId, IReadOnlyList<(string DeviceId, string CommandId)> ids, CancellationToken cancellation) =>
        Or(() => store.FindOfCustomerAsync(customerId, ids, cancellation));

    public Task<(Command Command, string? Fingerprint)?> FindByKeyAsync(
        string deviceId, string idempotencyKey, DateTimeOffset since, CancellationToken cancellation) =>
        Or(() => store.FindByKeyAsync(deviceId, idempotencyKey, since, cancellation));

    public Task<(IReadOnlyList<Command> Commands, bool More)?> ListAsync(
        string customerId, CommandQuery query, WallTime now, CancellationToken cancellation) =>
        Or(() => store.ListAsync(customerId, query, now, cancellation));

    public Task<int> PruneAsync(DateTimeOffset before, CancellationToken cancellation) => Or(() => store.PruneAsync(before, cancellation));

    private Task<T> Or<T>(Func<Task<T>> ask) => isSilent() ? new TaskCompletionSource<T>().Task : ask();
}
