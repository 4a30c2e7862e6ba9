using Rollcall.PortalApi.Hub;
using Rollcall.PortalApi.Keys;
using Rollcall.Running;

namespace Rollcall.DeviceApi.Rest;

public sealed class EnrolTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;
    private readonly OwnKeys _keys = new(shared.Gateway);
    private readonly string _id = TestGateway.NewName("enrolled");

    [Fact]
    public async Task A_device_joins_by_a_key_signs_in_and_portals_are_told()
    {
        await using var portal = await TestPortal.OpenAsync(_gateway, _gateway.PortalToken("viewer", _keys.Customer));
        await portal.WatchAsync(new { });
        var (_, key) = await _keys.NewAsync();
        var answer = (await _keys.EnrolAsync(_id, key)).Is(201);

        ContractChecks.HasExactly(answer.Json, "deviceId", "deviceSecret");
        Assert.Equal(_id, answer.TextOf("deviceId"));
        (await _keys.SignInAsync(_id, answer.TextOf("deviceSecret")!)).Is(200);
        await Eventually.GetAsync(() => portal.StatusOf(_id), status => status == "offline", TestPortal.Unhealed);
    }

    [Fact]
    public async Task Repeated_before_the_first_sign_in_it_gives_a_new_secret_and_after_it_the_id_is_taken()
    {
        var (_, key) = await _keys.NewAsync(""","maxDevices":2""");
        var lost = (await _keys.EnrolAsync(_id, key)).Is(201).TextOf("deviceSecret")!;
        var kept = (await _keys.EnrolAsync(_id, key)).Is(201).TextOf("deviceSecret")!;
        (await _keys.SignInAsync(_id, lost)).Refused(401, "INVALID_CREDENTIALS");
        (await _keys.SignInAsync(_id, kept)).Is(200);

        (await _keys.EnrolAsync(_id, key)).Refused(409, "CONFLICT");
        (await _keys.SignInAsync(_id, kept)).Is(200);
        Assert.Equal(1, (await _keys.Owner.GetAsync(OwnKeys.Path)).Of("enrolmentKeys")[0].GetProperty("devices").GetInt32());
    }

    [Fact]
    public async Task A_key_that_is_no_good_is_answered_alike_whatever_is_wrong_with_it()
    {
        var (id, revoked) = await _keys.NewAsync();
        (await _keys.Owner.DeleteAsync($"{OwnKeys.Path}/{id}")).Is(204);
        var (_, full) = await _keys.NewAsync(""","maxDevices":1""");
        (await _keys.EnrolAsync(_id, full)).Is(201);
        var answers = new[]
        {
            await _keys.EnrolAsync("free", revoked), await _keys.EnrolAsync("free", full), await _keys.EnrolAsync("free", "no such key"),
            await _keys.EnrolAsync(_id, revoked), await _keys.EnrolAsync(_id, full.ToUpperInvariant()),
        };

        Assert.All(answers, answer => answer.Refused(400, "INVALID_ENROLMENT_KEY"));
        Assert.Single(answers.Select(answer => answer.TextOf("detail")).Distinct());
    }

    [Fact]
    public async Task A_device_that_is_there_is_not_given_away()
    {
        var (_, key) = await _keys.NewAsync();
        var stranger = await TestDevice.SignedInAsync(_gateway);
        var before = await stranger.EverythingAsync();

        (await _keys.EnrolAsync(stranger.Id, key)).Refused(409, "CONFLICT");
        Assert.Equal(before, await stranger.EverythingAsync());
        (await stranger.SignInAsync()).Is(200);
    }

    [Fact]
    public async Task Keys_and_their_places_outlive_the_gateway()
    {
        using var folder = new TemporaryFolder();
        string key, secret;
        await using (var former = await TestGateway.StartAsync(folder))
        {
            (_, key) = await new OwnKeys(former).NewAsync(""","maxDevices":2""");
            secret = (await new OwnKeys(former).EnrolAsync("lamp", key)).Is(201).TextOf("deviceSecret")!;
        }

        await using var gateway = await TestGateway.StartAsync(folder);
        var keys = new OwnKeys(gateway);
        (await keys.SignInAsync("lamp", secret)).Is(200);
        (await keys.EnrolAsync("bell", key)).Is(201);
        (await keys.EnrolAsync("door", key)).Refused(400, "INVALID_ENROLMENT_KEY");
    }
}
