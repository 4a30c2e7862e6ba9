using Microsoft.Data.Sqlite;
using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

/// <summary>What nobody told a portal it learns by the store.</summary>
public sealed class HealingTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task A_change_that_was_lost_with_a_silo_comes_as_soon_as_the_gateway_hears_of_the_loss()
    {
        var changed = await TestDevice.SignedInAsync(_gateway);
        var gone = await TestDevice.SignedInAsync(_gateway, changed.Customer);
        await using var portal = await TestPortal.OpenAsync(_gateway, _gateway.PortalToken("viewer", changed.Customer));
        await portal.WatchAsync(new { });
        await using var filtered = await TestPortal.OpenAsync(_gateway, _gateway.PortalToken("viewer", changed.Customer));
        await filtered.WatchAsync(new { statuses = new[] { "offline" } });
        Unheard($"UPDATE devices SET revision = revision + 1, status = 'online', presence_seq = 1 WHERE device_id = '{changed.Id}'");
        Unheard($"DELETE FROM devices WHERE device_id = '{gone.Id}'");

        await _gateway.Part<PortalFeed>().MembershipChanged();
        await Eventually.IsSoAsync(() => portal.StatusOf(changed.Id) == "online" && portal.StatusOf(gone.Id) is null, TestPortal.Unhealed);
        await Eventually.IsSoAsync(() => filtered.StatusOf(changed.Id) == "online" && filtered.StatusOf(gone.Id) is null, TestPortal.Unhealed);
    }

    private void Unheard(string sql)
    {
        using var connection =
            new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _gateway.Folder["rollcall.db"], Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
