using Rollcall.Running;

namespace Rollcall.Auth;

/// <summary>Every endpoint of the running gateway, as everybody.</summary>
public sealed class EndpointAccessTests(SharedGateway shared)
{
    private static readonly string[] Roles = ["viewer", "operator", "owner"];
    private readonly TestGateway _gateway = shared.Gateway;

    public static TheoryData<string> Endpoints => [.. AccessTable.Rows.Select(row => row.Endpoint)];

    [Fact]
    public void The_hub_is_for_viewers()
    {
        var hub = _gateway.AllEndpoints.Where(endpoint => endpoint.IsHub).ToArray();
        Assert.NotEmpty(hub);
        Assert.All(
            hub, endpoint =>
                Assert.True(!endpoint.OpenToAll && endpoint.Policies.Count > 0 && endpoint.Policies.All(policy => policy == Policies.Viewer)));
    }

    [Fact]
    public void The_page_is_open_to_all_and_only_read() => Assert.All(
        _gateway.AllEndpoints.Where(endpoint => endpoint.IsPage),
        endpoint => Assert.True(endpoint.OpenToAll && endpoint.Methods.All(method => method is "GET" or "HEAD"), endpoint.Pattern));

    [Fact]
    public void Every_endpoint_stands_in_the_table_of_who_may_call_it() => Assert.Equal(
        AccessTable.Rows.Select(row => row.Endpoint).Order(StringComparer.Ordinal),
        _gateway.Endpoints.SelectMany(endpoint => endpoint.Names).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_endpoint_names_one_policy_or_says_that_it_is_open()
    {
        var policies = new Dictionary<Access, string>
        {
            [Access.Device] = Policies.Device, [Access.Viewer] = Policies.Viewer, [Access.Operator] = Policies.Operator,
            [Access.Owner] = Policies.Owner,
        };
        foreach (var endpoint in _gateway.Endpoints)
        {
            var access = AccessTable.Rows.Single(row => endpoint.Names.Contains(row.Endpoint)).Access;
            Assert.Equal(access == Access.Everybody, endpoint.OpenToAll);
            Assert.Equal(access == Access.Everybody ? [] : [policies[access]], endpoint.Policies);
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task It_answers_only_who_may_call_it(string endpoint)
    {
        var row = AccessTable.Rows.Single(row => row.Endpoint == endpoint);
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync()).Is(200);
        if (row.Success == AccessRow.NoUpgrade)
        {
            // Said before anybody is asked who he is; handshakes have tests of their own.
            (await Send(row, device, _gateway.Nobody)).Refused(AccessRow.NoUpgrade, "UPGRADE_REQUIRED");
            return;
        }

        await Try(row, device, _gateway.Nobody, row.Access == Access.Everybody);
        foreach (var role in Roles)
        {
            await Try(row, device, _gateway.Portal(role, device.Customer), Allows(row.Access, role), row.Access > Access.Device ? 403 : 401);
        }

        await Try(row, device, device.Self, row.Access is Access.Device or Access.Everybody);

        // The same tokens, where nobody looks for them.
        await Try(row, device, _gateway.Nobody.With("X-Device-Session", _gateway.PortalToken("owner", device.Customer)),
            row.Access == Access.Everybody);
        await Try(row, device, _gateway.Nobody.With("Authorization", "Bearer " + device.Token), row.Access is Access.Device or Access.Everybody);
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Another_customer_never_sees_or_touches_a_device(string endpoint)
    {
        var row = AccessTable.Rows.Single(row => row.Endpoint == endpoint);
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync()).Is(200);
        if (row.Success == AccessRow.NoUpgrade)
        {
            // Said before anybody is asked who he is; handshakes have tests of their own.
            (await Send(row, device, _gateway.Nobody)).Refused(AccessRow.NoUpgrade, "UPGRADE_REQUIRED");
            return;
        }
        var before = await device.EverythingAsync();
        var answer = await Send(row, device, _gateway.Portal("owner", TestGateway.NewName("stranger")));

        answer.Is(row.Access == Access.Everybody ? row.Success : row.Stranger);
        Assert.DoesNotContain(device.Id, answer.Text, StringComparison.Ordinal);
        Assert.Equal(before, await device.EverythingAsync());
    }

    private async Task Try(AccessRow row, TestDevice device, Caller caller, bool allowed, int refusal = 401)
    {
        // What is allowed may end the device or its session, so it happens to one of its own.
        var subject = allowed && row.Access != Access.Everybody ? await TestDevice.SignedInAsync(_gateway, device.Customer) : device;
        var before = await subject.EverythingAsync();
        if (allowed)
        {
            (await Send(row, subject, row.Access == Access.Device ? subject.Self : caller)).Is(row.Success);
        }
        else
        {
            (await Send(row, subject, caller)).Refused(refusal, refusal == 401 ? "INVALID_SESSION" : "FORBIDDEN");
            Assert.Equal(before, await subject.EverythingAsync());
        }
    }

    private static Task<Answer> Send(AccessRow row, TestDevice device, Caller caller)
    {
        var (method, pattern) = (row.Endpoint.Split(' ')[0], row.Endpoint.Split(' ')[1]);
        var path = row.Path ?? pattern.Replace("{id}", device.Id, StringComparison.Ordinal);
        return caller.SendAsync(method, path, row.Body is null ? null : Body.Json(row.Body));
    }

    private static bool Allows(Access access, string role) => access switch
    {
        Access.Everybody or Access.Viewer => true,
        Access.Operator => role is "operator" or "owner",
        Access.Owner => role is "owner",
        _ => false,
    };
}
