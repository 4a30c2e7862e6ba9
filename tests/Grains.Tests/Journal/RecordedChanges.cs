using System.Collections.Concurrent;

namespace Rollcall.Journal;

/// <summary>Writes down what twins say to be stored.</summary>
internal sealed class RecordedChanges : IChangeSink
{
    private readonly ConcurrentQueue<Change> _changes = new();

    public Change[] Of(string deviceId) => [.. _changes.Where(change => change.DeviceId == deviceId)];

    public void Stored(Change change) => _changes.Enqueue(change);
}
