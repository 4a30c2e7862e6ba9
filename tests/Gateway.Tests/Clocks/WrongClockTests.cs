using Microsoft.Data.Sqlite;
using Rollcall.Running;

namespace Rollcall.Clocks;

/// <summary>What a start with the clock 100 days ahead finds: a store whose times are all 100 days old.</summary>
public sealed class WrongClockTests
{
    private const string Aged = """
        UPDATE clock_seen SET at = strftime('%Y-%m-%dT%H:%M:%fZ', at, '-100 days');
        UPDATE commands SET created_at = strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '-100 days'),
            expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', expires_at, '-100 days');
        UPDATE devices SET registered_at = strftime('%Y-%m-%dT%H:%M:%fZ', registered_at, '-100 days'),
            activation_expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', activation_expires_at, '-100 days');
        UPDATE grain_state SET payload = CAST(json_set(CAST(payload AS TEXT), '$.CreatedAt', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-100 days'),
            '$.ExpiresAt', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-99 days')) AS BLOB) WHERE state_name = 'enrolment-key';
        """;

    [Fact]
    public async Task Nothing_that_was_open_before_expires_by_it_and_what_is_new_has_the_clocks_time()
    {
        using var folder = new TemporaryFolder();
        TestDevice device;
        string command, code, key;
        await using (var former = await TestGateway.StartAsync(folder))
        {
            device = await TestDevice.SignedInAsync(former);
            command = (await Order(device)).TextOf("id")!;
            code = (await device.Owner.PostAsync("/api/v1/customer/devices", """{"deviceId":"by-code"}""")).Is(201).TextOf("activationCode")!;
            var expires = TimeProvider.System.GetUtcNow().AddDays(1).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
            key = (await device.Owner.PostAsync("/api/v1/customer/enrolment-keys", $$"""{"name":"k","expiresAt":"{{expires}}"}""")).Is(201)
                .TextOf("enrolmentKey")!;
        }

        Age(folder["rollcall.db"]);
        await using var gateway = await TestGateway.StartAsync(folder);
        device = device.At(gateway);
        (await gateway.Nobody.PostAsync("/api/v1/device/register", $$"""{"deviceId":"by-code","activationCode":"{{code}}"}""")).Is(201);
        (await gateway.Nobody.PostAsync("/api/v1/device/register", $$"""{"deviceId":"by-key","enrolmentKey":"{{key}}"}""")).Is(201);
        Assert.Equal("queued", (await device.Owner.GetAsync($"{device.Path}/commands/{command}")).Is(200).TextOf("status"));
        Assert.Equal(1, (await device.Owner.GetAsync(device.Path + "/commands?status=queued")).Is(200).Of("commands").GetArrayLength());

        var created = (await Order(device)).Of("createdAt").GetDateTimeOffset();
        Assert.InRange(TimeProvider.System.GetUtcNow() - created, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
        Assert.Equal(2, (await device.BeatAsync()).Is(200).Of("commands").GetArrayLength());
    }

    private static async Task<Answer> Order(TestDevice device) =>
        (await device.Owner.PostAsync(device.Path + "/commands", """{"command":"blink"}""")).Is(202);

    private static void Age(string database)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Aged;
        command.ExecuteNonQuery();
    }
}
