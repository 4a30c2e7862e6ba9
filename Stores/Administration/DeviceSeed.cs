using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Journal;
using Rollcall.Secrets;
using Rollcall.Sqlite;

namespace Rollcall.Administration;

/// <summary>A device to be added.</summary>
/// <param name="Secret">From <see cref="DeviceSeed.NewSecret"/>.</param>
/// <param name="Past">Its changes of status so far, numbered from 1; empty: it was never seen.</param>
/// <param name="LastSeen">Its last sign of life, if the past ends online.</param>
public sealed record SeededDevice(
    string DeviceId, string Secret, string? Name, string? Location, DeviceMode Mode, IReadOnlyList<Transition> Past, DateTimeOffset? LastSeen = null)
{
    /// <summary>Why it has its mode; null: nobody says.</summary>
    public string? ModeNote { get; init; }

    /// <summary>When its maintenance ends by itself; null: never.</summary>
    public DateTimeOffset? ModeUntil { get; init; }

    /// <summary>Heartbeat times of its own, in milliseconds; null: the installation's.</summary>
    public (int Interval, int Timeout)? Times { get; init; }
}

/// <summary>Adds devices with known secrets to the embedded store while no silo uses it.</summary>
public sealed class DeviceSeed(DataDirectory directory, TimeProvider clock) : IDisposable
{
    private const int Step = 2_000;
    private readonly SqliteWriter _writer = new(directory.Database);
    private readonly SqliteReaders _readers = new(directory.Database);

    /// <summary>Brings the tables up to date; call before anything else.</summary>
    public void Migrate()
    {
        using var migrator = Migrations.Migrator.ForSqlite(directory.Database);
        migrator.Up();
    }

    /// <summary>The time at which devices are added, UTC.</summary>
    public DateTimeOffset Now => ClockReading.WallNow(clock);

    /// <summary>A secret that may be stored as a fast hash.</summary>
    public static string NewSecret() => SecretScheme.Generate();

    /// <summary>Adds devices whose secrets are from <see cref="NewSecret"/>; an id that is taken stays as it is.</summary>
    /// <returns>How many are new.</returns>
    public async Task<int> AddAsync(string customerId, IReadOnlyList<(string DeviceId, string Secret)> devices, CancellationToken cancellation)
    {
        var added = 0;
        var now = ClockReading.WallNow(clock);
        foreach (var some in devices.Chunk(Step))
        {
            var rows = some.Select(device => Provisioning.NewRow(device.DeviceId, customerId, now, null, null,
                SecretScheme.HashGenerated(device.Secret)))
                .ToArray();
            added += (await Store.WriteAsync([.. rows.Select(Change.Creation)], cancellation)).Count(created => created);
        }

        return added;
    }

    /// <summary>
    /// Adds devices with a name, a place and a past. One whose id is taken stays as it is, and gets no past. In the fleet's log what happened
    /// stands in the order of its times.
    /// </summary>
    /// <returns>How many are new.</returns>
    public async Task<int> AddAsync(string customerId, IReadOnlyList<SeededDevice> devices, CancellationToken cancellation)
    {
        var now = ClockReading.WallNow(clock);
        var changes = new List<Change>();
        foreach (var device in devices)
        {
            var registered = device.Past is [var first, ..] ? first.At - TimeSpan.FromHours(1) : now;
            var row = Provisioning.NewRow(
                device.DeviceId, customerId, registered, device.Name, device.Location, SecretScheme.HashGenerated(device.Secret));
            row = row with
            {
                Profile = row.Profile with
                {
                    Mode = device.Mode,
                    ModeSince = device.Mode == DeviceMode.Active ? null : device.Past is [.., var last] ? last.At : now,
                    ModeNote = device.ModeNote,
                    ModeUntil = device.ModeUntil,
                    HeartbeatInterval = device.Times?.Interval,
                    HeartbeatTimeout = device.Times?.Timeout,
                },
            };
            changes.Add(Change.Creation(row));
            changes.AddRange(Past(row, device));
        }

        var ordered = changes.OrderBy(change => change.Transition?.At ?? DateTimeOffset.MinValue).ToArray();
        var stored = await Store.WriteAsync(ordered, cancellation);
        return ordered.Zip(stored).Count(one => one is { First.Base: null, Second: true });
    }

    private static IEnumerable<Change> Past(DeviceRow row, SeededDevice device)
    {
        foreach (var change in device.Past)
        {
            var next = row.Next(presence: row.Presence with
            {
                Status = change.To,
                Reason = change.Reason,
                StatusSince = change.At,
                Health = DeviceHealth.Healthy,
                LastSeen = change.To == DeviceStatus.Online ? device.LastSeen : change.At,
                Seq = change.Seq,
            });
            yield return new Change(row, next, [new PresenceChanged(change)]);
            row = next;
        }
    }

    /// <summary>Gives a device that had it a secret from the documentation again, after it was removed.</summary>
    public async Task RestoreWellKnownAsync(string deviceId, string secret, int bcryptCost, CancellationToken cancellation)
    {
        if (await CredentialAsync(deviceId, cancellation) is not { Known: true, Credential: null })
        {
            return;
        }

        var credential = SecretScheme.HashChosen(secret, bcryptCost);
        await _writer.WriteAsync(
            statements => statements.Execute(
                "UPDATE devices SET credential = $1, revision = revision + 1 WHERE device_id = $0 AND credential IS NULL AND activation IS NULL",
                deviceId, credential),
            cancellation);
    }

    /// <summary>Removes a secret from the documentation, with the session opened by it.</summary>
    public async Task RefuseWellKnownAsync(string deviceId, string secret, CancellationToken cancellation)
    {
        var (_, credential) = await CredentialAsync(deviceId, cancellation);
        if (credential is null || !SecretScheme.IsSlow(credential) || !SecretScheme.MatchesSlow(credential, secret))
        {
            return;
        }

        await _writer.WriteAsync(
            statements => statements.Execute(
                "UPDATE devices SET credential = NULL, session_id = NULL, session_epoch = session_epoch + 1, revision = revision + 1 WHERE "
                    + "device_id = $0",
                deviceId),
            cancellation);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _readers.Dispose();
    }

    private SqliteDeviceStore Store => new(_writer, _readers, clock);

    private async Task<(bool Known, string? Credential)> CredentialAsync(string deviceId, CancellationToken cancellation)
    {
        var rows = await Store.ReadAsync([deviceId], cancellation);
        return rows is [var row] ? (true, row.Profile.Credential ?? row.Profile.Activation) : (false, null);
    }
}
