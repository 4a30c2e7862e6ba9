using System.Text.Json;
using Rollcall.Http;
using Rollcall.Running;

namespace Rollcall.PortalApi.Devices;

public sealed class CreateDeviceTests(SharedGateway shared)
{
    private const string Path = "/api/v1/customer/devices";
    private readonly TestGateway _gateway = shared.Gateway;
    private readonly string _customer = TestGateway.NewName("customer");
    private readonly string _id = TestGateway.NewName("created");

    [Fact]
    public async Task A_device_comes_with_a_one_time_code_good_for_24_hours()
    {
        var answer = (await Create($$"""{"deviceId":"{{_id}}","name":"Pump","location":"Hall 3","unknown":1}""")).Is(201);
        var device = answer.Of("device");

        ContractChecks.HasExactly(answer.Json, "device", "activationCode", "expiresAt");
        ContractChecks.CheckDevice(device);
        ContractChecks.CheckTime(answer.Of("expiresAt"));
        Assert.Equal(TimeSpan.FromHours(24), answer.Of("expiresAt").GetDateTimeOffset() - device.GetProperty("statusSince").GetDateTimeOffset());
        Assert.Equal($"{Path}/{_id}", answer["Location"]);
        Assert.Equal((await _gateway.Portal("viewer", _customer).GetAsync($"{Path}/{_id}")).Text, device.GetRawText());
    }

    [Fact]
    public async Task A_new_device_has_never_been_seen()
    {
        var device = (await Create($$"""{"deviceId":"{{_id}}","name":"Pump"}""")).Is(201).Of("device");
        var since = device.GetProperty("statusSince").GetRawText();

        Assert.Equal(
            $$"""
            {"deviceId":"{{_id}}","name":"Pump","location":null,"customerId":"{{_customer}}","mode":"active","status":"offline","health":null,
            "reason":null,"statusSince":{{since}},"lastSeen":null,"connected":false,"metrics":null,"seq":0,"ignoredMetrics":null,
            "state":"never_seen","heartbeatInterval":null,"heartbeatTimeout":null,"modeSince":null,"modeNote":null,
            "modeUntil":null,"flapping":null}
            """.ReplaceLineEndings(""),
            device.GetRawText());
    }

    [Fact]
    public async Task With_a_secret_it_needs_no_code()
    {
        var answer = (await Create($$"""{"deviceId":"{{_id}}"}""", "?secret=true")).Is(201);
        ContractChecks.HasExactly(answer.Json, "device", "deviceSecret");
        Assert.InRange(answer.TextOf("deviceSecret")!.Length, 8, 256);
        Assert.Equal("no-store", answer["Cache-Control"]);
    }

    [Theory]
    [InlineData("?secret=false", 201)]
    [InlineData("?secret=", 201)]
    [InlineData("?secret=yes", 400)]
    [InlineData("?secret=True", 400)]
    public async Task The_flag_is_true_or_false(string query, int status)
    {
        var answer = (await Create("{}", query)).Is(status);
        Assert.Equal(status == 201, answer.Json.TryGetProperty("activationCode", out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"deviceId":null,"name":null,"location":null}""")]
    public async Task An_id_is_made_when_none_is_given(string? body)
    {
        var ids = new[] { await Create(body), await Create(body) }
            .Select(answer => answer.Is(201).Of("device").GetProperty("deviceId").GetString()!).ToArray();
        Assert.All(ids, id => Assert.Matches("^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$", id));
        Assert.Equal(2, ids.Distinct().Count());
    }

    [Fact]
    public async Task An_id_that_is_taken_is_a_conflict_also_across_customers_and_gives_nothing_away()
    {
        (await Create($$"""{"deviceId":"{{_id}}","name":"private"}""")).Is(201);
        (await Create($$"""{"deviceId":"{{_id}}"}""")).Refused(409, "CONFLICT");
        var stranger = (await _gateway.Portal("owner", "stranger").PostAsync(Path, $$"""{"deviceId":"{{_id}}"}""")).Refused(409, "CONFLICT");
        Assert.DoesNotContain("private", stranger.Text, StringComparison.Ordinal);
        Assert.Equal(1, (await _gateway.Portal("viewer", _customer).GetAsync(Path)).Of("counts").GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("A_b-c.d:e")]
    [InlineData("aa:bb:cc:dd:ee:ff")]
    public async Task Ids_of_every_allowed_form_are_taken_and_found(string form)
    {
        var id = $"{form}.{_customer}";
        (await Create($$"""{"deviceId":"{{id}}"}""")).Is(201);
        Assert.Equal(id, (await _gateway.Portal("viewer", _customer).GetAsync($"{Path}/{id}")).Is(200).TextOf("deviceId"));
        Assert.Equal(id, (await _gateway.Portal("viewer", _customer).GetAsync($"{Path}/{Uri.EscapeDataString(id)}")).Is(200).TextOf("deviceId"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-a")]
    [InlineData("_a")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("a\u0000")]
    [InlineData("a\n")]
    [InlineData("ä")]
    [InlineData("a%00")]
    [InlineData("$a")]
    public async Task Ids_of_another_form_are_refused(string id)
    {
        var answer = (await Create(JsonSerializer.Serialize(new { deviceId = id }))).Refused(400, "INVALID_REQUEST");
        Assert.True(answer.Of("errors").TryGetProperty("deviceId", out _), answer.Text);
    }

    [Theory]
    [InlineData(100, 201)]
    [InlineData(101, 400)]
    public async Task An_id_has_at_most_100_characters(int length, int status) =>
        (await Create(JsonSerializer.Serialize(new { deviceId = _id + new string('x', length - _id.Length) }))).Is(status);

    [Theory]
    [InlineData("name", 200, 201)]
    [InlineData("name", 201, 400)]
    [InlineData("location", 200, 201)]
    [InlineData("location", 201, 400)]
    public async Task Texts_have_at_most_200_characters(string member, int length, int status) =>
        (await Create($$"""{"{{member}}":"{{new string('ä', length)}}"}""")).Is(status);

    private Task<Answer> Create(string? json, string query = "") => _gateway.Portal("owner", _customer).PostAsync(Path + query, json);
}
