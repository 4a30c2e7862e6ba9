namespace Rollcall.Portal.Fleet;

/// <summary>How soon a change wants to be seen.</summary>
public enum Urgency { Calm, AtOnce }

/// <summary>
/// The fleet as this page knows it: a snapshot, and what came live. Live messages may precede the snapshot they belong to;
/// they are kept until it is there. Knows nothing of the browser or of the hub.
/// </summary>
public sealed class FleetState
{
    private Dictionary<string, DeviceEntry> _entries = new(StringComparer.Ordinal);
    private List<Action>? _early;
    private Counts _told = new(0, 0, 0);
    private Urgency _pending;
    private (int Version, FleetCounts Counts) _counted = (-1, new FleetCounts(0, 0, 0, 0, 0));

    /// <summary>There has been a snapshot.</summary>
    public bool Loaded { get; private set; }

    /// <summary>There are more devices than the snapshot holds.</summary>
    public bool Truncated { get; private set; }

    /// <summary>Changes when a row may look or count differently by more than its metrics.</summary>
    public int Version { get; private set; }

    /// <summary>Changes when a device comes or goes.</summary>
    public int Membership { get; private set; }

    public IReadOnlyCollection<DeviceEntry> Entries => _entries.Values;

    public event Action<Urgency>? Changed;

    /// <summary>A device changed its status; with what it is now.</summary>
    public event Action<Device>? Turned;

    public DeviceEntry? Find(string? deviceId) => deviceId is null ? null : _entries.GetValueOrDefault(deviceId);

    /// <summary>Of the whole fleet. Counted here while all of it is here, so that they never contradict the rows.</summary>
    public FleetCounts Count()
    {
        if (Truncated)
        {
            return new FleetCounts(_told.Total, _told.Online, _told.Offline, null, null);
        }

        if (_counted.Version != Version)
        {
            var online = _entries.Values.Count(entry => entry.Now.IsOnline);
            var degraded = _entries.Values.Count(entry => entry.Now.IsDegraded);
            var neverSeen = _entries.Values.Count(entry => entry.Now.IsNeverSeen);
            _counted = (Version, new FleetCounts(_entries.Count, online, _entries.Count - online - neverSeen, degraded, neverSeen));
        }

        return _counted.Counts;
    }

    /// <summary>A watch is asked for: what comes from now on belongs behind its snapshot.</summary>
    public void Expect() => _early = [];

    public void Clear()
    {
        _entries = new(StringComparer.Ordinal);
        _early = null;
        Loaded = Truncated = false;
        Membership++;
        Version++;
    }

    /// <summary>The watch's answer replaces what was known, and what has come since is merged into it.</summary>
    public void Take(WatchAnswer answer)
    {
        var entries = new Dictionary<string, DeviceEntry>(answer.Devices.Length, StringComparer.Ordinal);
        foreach (var device in answer.Devices)
        {
            var entry = _entries.GetValueOrDefault(device.DeviceId) ?? new DeviceEntry(device);
            entry.Set(device);
            entries[device.DeviceId] = entry;
        }

        _entries = entries;
        _told = answer.Counts;
        Truncated = answer.Truncated;
        Loaded = true;
        Membership++;
        var early = _early ?? [];
        _early = null;
        early.ForEach(message => message());
        Tell(structure: true);
    }

    /// <summary><c>device_status</c>.</summary>
    public void Apply(IReadOnlyList<Device> updates) => Receive(() =>
    {
        foreach (var update in updates)
        {
            Merge(update);
        }
    });

    /// <summary><c>device_registered</c>, <c>device_updated</c>, and the answers to this page's own calls.</summary>
    public void Apply(Device device) => Receive(() => Merge(device));

    /// <summary><c>device_removed</c>.</summary>
    public void Remove(string deviceId) => Receive(() =>
    {
        if (_entries.Remove(deviceId))
        {
            Membership++;
            _pending = Urgency.AtOnce;
        }
    });

    /// <summary><c>device_counts</c>.</summary>
    public void Apply(Counts counts) => Receive(() =>
    {
        _pending = Truncated && counts != _told ? Urgency.AtOnce : _pending;
        _told = counts;
    });

    private void Receive(Action message)
    {
        if (_early is not null)
        {
            _early.Add(message);
            return;
        }

        message();
        Tell(structure: _pending == Urgency.AtOnce);
    }

    private void Tell(bool structure)
    {
        Version += structure ? 1 : 0;
        var urgency = structure ? Urgency.AtOnce : _pending;
        _pending = Urgency.Calm;
        Changed?.Invoke(urgency);
    }

    private void Merge(Device update)
    {
        if (!_entries.TryGetValue(update.DeviceId, out var entry))
        {
            // Without its profile it is not a device that enters: one that was removed meanwhile.
            if (update.IsWhole)
            {
                _entries[update.DeviceId] = entry = new DeviceEntry(update);
                entry.Set(update);
                Membership++;
                _pending = Urgency.AtOnce;
            }

            return;
        }

        var before = entry.Now;
        var now = before.Then(update);
        entry.Set(now);
        if (now.Status != before.Status)
        {
            Turned?.Invoke(now);
        }

        if (now.Status != before.Status || now.Health != before.Health || now.Seq != before.Seq || update.IsWhole)
        {
            _pending = Urgency.AtOnce;
        }
    }
}

/// <summary>The header's numbers.</summary>
/// <param name="Offline">Without those that were never seen; with them, as the server counts, when not all of the fleet is here.</param>
/// <param name="Degraded">Null when not all of the fleet is here to be counted.</param>
/// <param name="NeverSeen">Null when not all of the fleet is here to be counted.</param>
public sealed record FleetCounts(long Total, long Online, long Offline, long? Degraded, long? NeverSeen);
