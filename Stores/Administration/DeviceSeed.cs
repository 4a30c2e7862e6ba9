using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Journal;
using Rollcall.Secrets;
using Rollcall.Sqlite;

namespace Rollcall.Administration;

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

    /// <summary>Adds a device with a secret from the documentation, or restores that secret after it was removed.</summary>
    public async Task AddWellKnownAsync(string customerId, string deviceId, string secret, int bcryptCost, CancellationToken cancellation)
    {
        if (await CredentialAsync(deviceId, cancellation) is { Known: true, Credential: not null })
        {
            return;
        }

        var credential = SecretScheme.HashChosen(secret, bcryptCost);
        var row = Provisioning.NewRow(deviceId, customerId, ClockReading.WallNow(clock), "Test device", null, credential);
        await Store.WriteAsync([Change.Creation(row)], cancellation);
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
