using System.Globalization;
using Rollcall.Running;

namespace Rollcall.PortalApi.Keys;

public sealed class KeyTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;
    private readonly OwnKeys _keys = new(shared.Gateway);

    [Fact]
    public async Task A_keys_text_is_shown_once_and_the_rest_is_listed()
    {
        var created =
            (await _keys.Owner.PostAsync(OwnKeys.Path, """{"name":"Plant 7","maxDevices":5,"expiresAt":"2099-01-01T02:00:00.1239+02:00"}""")).Is(201);
        ContractChecks.HasExactly(created.Json, "id", "enrolmentKey");
        Assert.Matches("^rke_[A-Za-z0-9_-]{43}$", created.TextOf("enrolmentKey"));

        var listed = (await _keys.Owner.GetAsync(OwnKeys.Path)).Is(200);
        Assert.DoesNotContain(created.TextOf("enrolmentKey")!, listed.Text, StringComparison.Ordinal);
        var key = Assert.Single(listed.Of("enrolmentKeys").EnumerateArray());
        ContractChecks.HasExactly(key, "id", "name", "maxDevices", "devices", "createdAt", "expiresAt", "revokedAt", "heartbeatInterval",
            "heartbeatTimeout");
        ContractChecks.CheckTime(key.GetProperty("createdAt"));
        Assert.Equal(
            (created.TextOf("id"), "Plant 7", 5, 0, "2099-01-01T00:00:00.123Z"),
            (key.GetProperty("id").GetString(), key.GetProperty("name").GetString(), key.GetProperty("maxDevices").GetInt32(),
                key.GetProperty("devices").GetInt32(), key.GetProperty("expiresAt").GetString()));
    }

    [Fact]
    public async Task Revoking_says_when_and_may_be_repeated()
    {
        var (id, _) = await _keys.NewAsync();
        (await _keys.Owner.DeleteAsync($"{OwnKeys.Path}/{id}")).Is(204);
        (await _keys.Owner.DeleteAsync($"{OwnKeys.Path}/{id}")).Is(204);

        ContractChecks.CheckTime((await _keys.Owner.GetAsync(OwnKeys.Path)).Of("enrolmentKeys")[0].GetProperty("revokedAt"));
    }

    [Fact]
    public async Task Another_customer_neither_sees_nor_revokes_a_key()
    {
        var (id, key) = await _keys.NewAsync();
        var stranger = new OwnKeys(_gateway);

        Assert.Empty((await stranger.Owner.GetAsync(OwnKeys.Path)).Is(200).Of("enrolmentKeys").EnumerateArray());
        (await stranger.Owner.DeleteAsync($"{OwnKeys.Path}/{id}")).Refused(404, "NOT_FOUND");
        (await _keys.EnrolAsync(TestGateway.NewName("enrolled"), key)).Is(201);
    }

    [Theory]
    [InlineData("name", "{}")]
    [InlineData("name", """{"name":""}""")]
    [InlineData("name", """{"name":null}""")]
    [InlineData("maxDevices", """{"name":"n","maxDevices":0}""")]
    [InlineData("maxDevices", """{"name":"n","maxDevices":-1}""")]
    [InlineData("maxDevices", """{"name":"n","maxDevices":1000001}""")]
    [InlineData("maxDevices", """{"name":"n","maxDevices":1e99}""")]
    [InlineData("maxDevices", """{"name":"n","maxDevices":1.5}""")]
    [InlineData("maxDevices", """{"name":"n","maxDevices":"1"}""")]
    [InlineData("expiresAt", """{"name":"n","expiresAt":"2020-01-01T00:00:00Z"}""")]
    [InlineData("expiresAt", """{"name":"n","expiresAt":"2099-01-01T00:00:00"}""")]
    [InlineData("expiresAt", """{"name":"n","expiresAt":"2099-01-01"}""")]
    [InlineData("expiresAt", """{"name":"n","expiresAt":"0001-01-01T00:00:00+14:00"}""")]
    [InlineData("expiresAt", """{"name":"n","expiresAt":"tomorrow, if it does not rain"}""")]
    [InlineData("expiresAt", """{"name":"n","expiresAt":4102444800}""")]
    public async Task What_is_missing_or_out_of_bounds_is_named_and_makes_no_key(string member, string body)
    {
        var answer = (await _keys.Owner.PostAsync(OwnKeys.Path, body)).Refused(400, "INVALID_REQUEST");
        Assert.True(answer.Of("errors").TryGetProperty(member, out _), answer.Text);
        Assert.Empty((await _keys.Owner.GetAsync(OwnKeys.Path)).Of("enrolmentKeys").EnumerateArray());
    }

    [Fact]
    public async Task One_key_too_many_is_refused_until_another_is_revoked()
    {
        const int Most = 3;
        await using var gateway = await TestGateway.StartAsync(("ENROLMENT_KEYS_MOST", Most.ToString(CultureInfo.InvariantCulture)));
        var keys = new OwnKeys(gateway);
        var (first, _) = await keys.NewAsync();
        for (var i = 1; i < Most; i++)
        {
            await keys.NewAsync();
        }

        (await keys.Owner.PostAsync(OwnKeys.Path, """{"name":"n"}""")).Refused(409, "CONFLICT");
        (await keys.Owner.DeleteAsync($"{OwnKeys.Path}/{first}")).Is(204);
        await keys.NewAsync();
        Assert.Equal(Most, (await keys.Owner.GetAsync(OwnKeys.Path)).Of("enrolmentKeys").GetArrayLength());
    }
}
