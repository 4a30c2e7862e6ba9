using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>Takes every record.</summary>
internal sealed class MemoryStore : IDeviceStore
{
    public Task<bool[]> WriteAsync(IReadOnlyList<Change> records, CancellationToken cancellation) =>
        Task.FromResult(Enumerable.Repeat(true, records.Count).ToArray());

    public Task<IReadOnlyList<DeviceRow>> ReadAsync(IReadOnlyList<string> deviceIds, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<DeviceRow>>([]);

    public Task ProbeAsync(CancellationToken cancellation) => Task.CompletedTask;
}
