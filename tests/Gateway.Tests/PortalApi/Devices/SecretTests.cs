using Rollcall.Http;
using Rollcall.Running;

namespace Rollcall.PortalApi.Devices;

public sealed class SecretTests(SharedGateway shared)
{
    private const string Devices = "/api/v1/customer/devices";
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task Another_secret_is_shown_this_once_and_ends_the_former_with_its_sessions()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync()).Is(200);
        var answer = (await device.Owner.PostAsync(device.Path + "/secret")).Is(200);
        ContractChecks.HasExactly(answer.Json, "deviceSecret");
        Assert.Equal("no-store", answer["Cache-Control"]);

        (await device.BeatAsync()).Refused(401, "INVALID_SESSION");
        (await device.SignInAsync()).Refused(401, "INVALID_CREDENTIALS");
        Assert.Equal("revoked", (await device.ReadAsync()).GetProperty("reason").GetString());
        (await SignIn(device.Id, answer.TextOf("deviceSecret")!)).Is(200);
    }

    [Fact]
    public async Task With_an_overlap_nothing_ends()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync()).Is(200);
        var answer = (await device.Owner.PostAsync(device.Path + "/secret", """{"overlapSeconds":36e2}""")).Is(200);
        ContractChecks.HasExactly(answer.Json, "deviceSecret", "formerUntil");
        ContractChecks.CheckTime(answer.Of("formerUntil"));

        (await device.BeatAsync()).Is(200);
        (await device.SignInAsync()).Is(200);
        (await SignIn(device.Id, answer.TextOf("deviceSecret")!)).Is(200);
    }

    [Fact]
    public async Task Sessions_end_or_stay_as_it_says()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync()).Is(200);
        (await device.Owner.PostAsync(device.Path + "/secret", """{"endSessions":false}""")).Is(200);
        (await device.BeatAsync()).Is(200);
        (await device.Owner.PostAsync(device.Path + "/secret", """{"overlapSeconds":60,"endSessions":true}""")).Is(200);
        (await device.BeatAsync()).Refused(401, "INVALID_SESSION");
    }

    [Theory]
    [InlineData("""{"overlapSeconds":-1}""")]
    [InlineData("""{"overlapSeconds":604801}""")]
    [InlineData("""{"overlapSeconds":1.5}""")]
    [InlineData("""{"overlapSeconds":"60"}""")]
    [InlineData("""{"endSessions":1}""")]
    [InlineData("""[]""")]
    public async Task What_cannot_be_meant_is_refused_and_changes_nothing(string body)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.Owner.PostAsync(device.Path + "/secret", body)).Refused(400, "INVALID_REQUEST");
        (await device.SignInAsync()).Is(200);
    }

    [Fact]
    public async Task It_is_the_owners_alone()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await _gateway.Portal("operator", device.Customer).PostAsync(device.Path + "/secret")).Refused(403, "FORBIDDEN");
        (await _gateway.Portal("owner", TestGateway.NewName("customer")).PostAsync(device.Path + "/secret")).Refused(404, "NOT_FOUND");
        (await device.Owner.PostAsync(Devices + "/nobody/secret")).Refused(404, "NOT_FOUND");
        (await device.SignInAsync()).Is(200);
    }

    [Theory]
    [InlineData("deviceSecret", "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef")]
    [InlineData("deviceSecret", "correct horse", "correct horse")]
    [InlineData("secretHash", "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e", "correct horse")]
    [InlineData("secretHash", "sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631", "correct horse")]
    public async Task A_device_brings_its_secret_along(string member, string value, string secret)
    {
        var (id, customer) = (TestGateway.NewName("own"), TestGateway.NewName("customer"));
        var owner = _gateway.Portal("owner", customer);
        var answer = (await owner.PostAsync(Devices, $$"""{"deviceId":"{{id}}","{{member}}":"{{value}}"}""")).Is(201);
        ContractChecks.HasExactly(answer.Json, "device");
        Assert.Equal($"{Devices}/{id}", answer["Location"]);
        Assert.DoesNotContain(value, answer.Text, StringComparison.Ordinal);

        var weak = value.StartsWith("sha256", StringComparison.Ordinal);
        Assert.Equal(weak, answer.Of("device").TryGetProperty("weakSecret", out _));
        Assert.Equal(weak, (await owner.GetAsync(Devices)).Is(200).Text.Contains("\"weakSecret\":true", StringComparison.Ordinal));
        (await SignIn(id, secret + "!")).Refused(401, "INVALID_CREDENTIALS");
        (await SignIn(id, secret)).Is(200);
        Assert.DoesNotContain("weakSecret", (await owner.GetAsync(Devices)).Is(200).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"deviceSecret":"1234567"}""", "", "deviceSecret")]
    [InlineData("""{"deviceSecret":"long enough","secretHash":"sha256:00"}""", "", "secretHash")]
    [InlineData("""{"secretHash":"$2b$14$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"}""", "", "secretHash")]
    [InlineData("""{"secretHash":"5f4dcc3b5aa765d61d8327deb882cf99"}""", "", "secretHash")]
    [InlineData("""{"deviceSecret":"long enough"}""", "?secret=true", "secret")]
    public async Task A_secret_that_cannot_be_taken_is_refused_with_its_member(string body, string query, string member)
    {
        var owner = _gateway.Portal("owner", TestGateway.NewName("customer"));
        (await owner.PostAsync(Devices + query, body)).Refused(400, "INVALID_REQUEST").Of("errors").GetProperty(member);
        Assert.Equal(0, (await owner.GetAsync(Devices)).Is(200).Of("counts").GetProperty("total").GetInt32());
    }

    private Task<Answer> SignIn(string id, string secret) =>
        _gateway.Nobody.PostAsync("/api/v1/device/auth", $$"""{"deviceId":"{{id}}","deviceSecret":"{{secret}}"}""");
}
