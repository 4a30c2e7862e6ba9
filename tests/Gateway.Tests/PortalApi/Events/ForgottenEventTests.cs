using Microsoft.Data.Sqlite;
using Rollcall.Running;

namespace Rollcall.PortalApi.Events;

public sealed class ForgottenEventTests
{
    [Fact]
    public async Task What_is_no_longer_kept_is_gone_and_says_so()
    {
        using var folder = new TemporaryFolder();
        TestDevice device;
        string cursor;
        await using (var former = await TestGateway.StartAsync(folder))
        {
            device = await TestDevice.SignedInAsync(former);
            (await device.BeatAsync()).Is(200);
            cursor = (await device.Owner.GetAsync("/api/v1/customer/events")).Is(200).TextOf("nextCursor")!;
            (await device.BeatAsync("""{"status":"offline"}""")).Is(200);
            (await device.BeatAsync()).Is(200);
            (await device.BeatAsync("""{"status":"offline"}""")).Is(200);
        }

        Age(folder["rollcall.db"], throughSeq: 3);
        await using var gateway = await TestGateway.StartAsync(folder);
        device = device.At(gateway);
        await Eventually.GetAsync(() => device.Owner.GetAsync(device.Path + "/events"), answer => answer.Of("firstSeq").GetInt64() == 4);

        (await device.Owner.GetAsync(device.Path + "/events?after=0")).Refused(410, "GONE");
        (await device.Owner.GetAsync(device.Path + "/events?after=2")).Refused(410, "GONE");
        Assert.Equal(1, (await device.Owner.GetAsync(device.Path + "/events?after=3")).Is(200).Of("events").GetArrayLength());
        Assert.Equal(1, (await device.Owner.GetAsync(device.Path + "/events")).Is(200).Of("events").GetArrayLength());
        (await device.Owner.GetAsync("/api/v1/customer/events?cursor=" + cursor)).Refused(410, "GONE");
        Assert.Equal(1, (await device.Owner.GetAsync("/api/v1/customer/events")).Is(200).Of("events").GetArrayLength());
        Assert.Equal(4, (await device.ReadAsync()).GetProperty("seq").GetInt64());
    }

    private static void Age(string database, int throughSeq)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE presence_events SET at = '2001-01-01T00:00:00.000Z' WHERE seq <= $seq";
        command.Parameters.AddWithValue("$seq", throughSeq);
        command.ExecuteNonQuery();
    }
}
