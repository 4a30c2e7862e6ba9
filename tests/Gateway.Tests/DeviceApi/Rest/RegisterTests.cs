using Rollcall.Running;

namespace Rollcall.DeviceApi.Rest;

public sealed class RegisterTests(SharedGateway shared)
{
    private const string Path = "/api/v1/device/register";
    private readonly TestGateway _gateway = shared.Gateway;
    private readonly string _customer = TestGateway.NewName("customer");
    private readonly string _id = TestGateway.NewName("joining");

    [Fact]
    public async Task A_code_gives_one_device_its_secret()
    {
        var answer = (await Register(_id, await NewCode(_id))).Is(201);

        ContractChecks.HasExactly(answer.Json, "deviceId", "deviceSecret");
        Assert.Equal(_id, answer.TextOf("deviceId"));
        Assert.InRange(answer.TextOf("deviceSecret")!.Length, 8, 256);
        (await SignIn(answer.TextOf("deviceSecret")!)).Is(200);
    }

    [Fact]
    public async Task Repeated_before_the_first_sign_in_it_gives_a_new_secret_and_the_old_one_is_dead()
    {
        var code = await NewCode(_id);
        var first = (await Register(_id, code)).Is(201).TextOf("deviceSecret")!;
        var second = (await Register(_id, code)).Is(201).TextOf("deviceSecret")!;

        Assert.NotEqual(first, second);
        (await SignIn(first)).Refused(401, "INVALID_CREDENTIALS");
        (await SignIn(second)).Is(200);
    }

    [Fact]
    public async Task After_the_first_sign_in_the_code_is_used_up()
    {
        var code = await NewCode(_id);
        var secret = (await Register(_id, code)).Is(201).TextOf("deviceSecret")!;
        (await SignIn(secret)).Is(200);

        (await Register(_id, code)).Refused(409, "CONFLICT");
        (await SignIn(secret)).Is(200);
    }

    [Fact]
    public async Task A_wrong_code_an_unknown_device_and_one_without_a_code_are_answered_alike()
    {
        var code = await NewCode(_id);
        var other = TestGateway.NewName("other");
        await NewCode(other);
        var withSecret = await TestDevice.CreateAsync(_gateway);
        var answers = new[]
        {
            await Register(_id, "wrong"), await Register(other, code), await Register("no-such-device", code), await Register(withSecret.Id, code),
        };

        Assert.All(answers, answer => answer.Refused(400, "INVALID_ACTIVATION_CODE"));
        Assert.Single(answers.Select(answer => answer.TextOf("detail")).Distinct());
        (await Register(_id, code)).Is(201);
    }

    [Fact]
    public async Task The_name_is_taken_over_and_without_one_the_owners_stays()
    {
        var code = await NewCode(_id, "of the owner");
        (await Register(_id, code)).Is(201);
        Assert.Equal("of the owner", await Name());

        (await _gateway.Nobody.PostAsync(Path, $$"""{"deviceId":"{{_id}}","activationCode":"{{code}}","name":"of the device"}""")).Is(201);
        Assert.Equal("of the device", await Name());
    }

    [Fact]
    public async Task A_code_of_a_removed_device_is_dead()
    {
        var code = await NewCode(_id);
        (await _gateway.Portal("owner", _customer).DeleteAsync("/api/v1/customer/devices/" + _id)).Is(204);

        (await Register(_id, code)).Refused(400, "INVALID_ACTIVATION_CODE");
    }

    [Theory]
    [InlineData("activationCode", """{"deviceId":"a"}""")]
    [InlineData("activationCode", """{"deviceId":"a","activationCode":null}""")]
    [InlineData("activationCode", """{"deviceId":"a","activationCode":""}""")]
    [InlineData("activationCode", """{"deviceId":"a","activationCode":"x\u0000"}""")]
    [InlineData("deviceId", """{"activationCode":"x"}""")]
    [InlineData("deviceId", """{"deviceId":"-a","activationCode":"x"}""")]
    [InlineData("name", """{"deviceId":"a","activationCode":"x","name":"\u0000"}""")]
    [InlineData("enrolmentKey", """{"deviceId":"a","enrolmentKey":""}""")]
    [InlineData("enrolmentKey", """{"deviceId":"a","enrolmentKey":"x\u0000"}""")]
    [InlineData("enrolmentKey", """{"deviceId":"a","enrolmentKey":"x","activationCode":"x"}""")]
    [InlineData("deviceId", """{"enrolmentKey":"x"}""")]
    public async Task What_is_missing_or_out_of_bounds_is_named(string member, string body)
    {
        var answer = (await _gateway.Nobody.PostAsync(Path, body)).Refused(400, "INVALID_REQUEST");
        Assert.True(answer.Of("errors").TryGetProperty(member, out _), answer.Text);
    }

    private Task<Answer> Register(string id, string code) =>
        _gateway.Nobody.PostAsync(Path, $$"""{"deviceId":"{{id}}","activationCode":"{{code}}"}""");

    private Task<Answer> SignIn(string secret) =>
        _gateway.Nobody.PostAsync("/api/v1/device/auth", $$"""{"deviceId":"{{_id}}","deviceSecret":"{{secret}}"}""");

    private async Task<string> NewCode(string id, string name = "n") => (await _gateway.Portal("owner", _customer).PostAsync(
        "/api/v1/customer/devices", $$"""{"deviceId":"{{id}}","name":"{{name}}"}""")).Is(201).TextOf("activationCode")!;

    private async Task<string?> Name() => (await _gateway.Portal("viewer", _customer).GetAsync("/api/v1/customer/devices/" + _id)).Is(200)
        .TextOf("name");
}
