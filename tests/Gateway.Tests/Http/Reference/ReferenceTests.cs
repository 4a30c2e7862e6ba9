using System.Text.Json;
using System.Text.RegularExpressions;
using Rollcall.Running;

namespace Rollcall.Http.Reference;

public sealed class ReferenceTests(SharedGateway shared) : IAsyncLifetime
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];
    private static readonly string[] Tags = ["Device", "Portal", "Health"];
    private readonly TestGateway _gateway = shared.Gateway;
    private JsonElement _document;

    public async ValueTask InitializeAsync() => _document = (await _gateway.Nobody.GetAsync("/openapi/v1.json")).Is(200).Json;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void It_is_OpenAPI_3_1_and_tells_no_address() => Assert.Multiple(
        () => Assert.StartsWith("3.1.", _document.GetProperty("openapi").GetString(), StringComparison.Ordinal),
        () => Assert.False(_document.TryGetProperty("servers", out _)),
        () => Assert.Equal(["device", "portal"], Names(_document.GetProperty("components").GetProperty("securitySchemes"))
            .Order(StringComparer.Ordinal)));

    [Fact]
    public void It_lists_every_call_that_is_mapped_and_no_other()
    {
        var mapped = _gateway.Endpoints
            .Where(endpoint => endpoint.InReference)
            .SelectMany(endpoint => endpoint.Names)
            .Where(name => !name.Contains("/reference", StringComparison.Ordinal) && !name.Contains("/openapi", StringComparison.Ordinal));

        Assert.Equal(mapped.Order(StringComparer.Ordinal), Operations().Select(one => one.Name).Order(StringComparer.Ordinal));
        Assert.Equal(27, Operations().Count());
    }

    [Fact]
    public void Every_call_has_a_summary_its_answers_and_who_may_make_it()
    {
        foreach (var (name, call) in Operations())
        {
            Assert.False(string.IsNullOrEmpty(call.GetProperty("summary").GetString()), name);
            Assert.Contains(call.GetProperty("tags")[0].GetString(), Tags);
            Assert.Contains(Names(call.GetProperty("responses")), status => status[0] == '2' || status == "101");
            Assert.Equal(
                name.Contains("customer", StringComparison.Ordinal) || name.Contains("heartbeat", StringComparison.Ordinal)
                    || name.EndsWith("/ws", StringComparison.Ordinal) || name.EndsWith("/result", StringComparison.Ordinal)
                    || name.Contains("DELETE", StringComparison.Ordinal),
                call.TryGetProperty("security", out _));
            Assert.All(
                call.GetProperty("responses").EnumerateObject().Where(answer => answer.Name[0] == '4'),
                answer => Assert.Equal(["application/problem+json"], Names(answer.Value.GetProperty("content"))));
        }
    }

    [Fact]
    public void Numbers_are_numbers()
    {
        var texts = _document.GetRawText();
        Assert.DoesNotMatch("\"integer\",\\s*\"string\"", texts);
        Assert.DoesNotMatch("\"number\",\\s*\"string\"", texts);
        Assert.Equal("\"integer\"", Property("DeviceBody", "seq").GetProperty("type").GetRawText());
    }

    [Theory]
    [InlineData("HeartbeatRequest")]
    [InlineData("CreateDeviceRequest")]
    [InlineData("PatchDeviceRequest")]
    [InlineData("CreateKeyRequest", "name")]
    [InlineData("SendCommandRequest", "command")]
    [InlineData("CreatedKey", "id", "enrolmentKey")]
    [InlineData("AuthRequest", "deviceId", "deviceSecret")]
    [InlineData("RegisterRequest", "deviceId")]
    [InlineData("CommandResultRequest", "status")]
    [InlineData("ProblemBody", "type", "title", "status", "detail", "code", "requestId")]
    [InlineData("HeartbeatAnswer", "success", "received", "stored", "timestamp", "nextHeartbeat", "commands")]
    [InlineData("CountsBody", "total", "online", "offline", "states")]
    public void Only_what_must_be_there_is_required(string schema, params string[] required) => Assert.Equal(
        required,
        Schema(schema).TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()!) : []);

    [Fact]
    public void Times_and_names_are_described_as_they_are_written()
    {
        Assert.Equal("date-time", Property("DeviceBody", "statusSince").GetProperty("format").GetString());
        Assert.Equal("\"string\"", Property("DeviceBody", "statusSince").GetProperty("type").GetRawText());
        Assert.Equal(["null", "string"], Property("DeviceBody", "lastSeen").GetProperty("type").EnumerateArray().Select(type => type.GetString()));
        Assert.Equal(
            ["connected", "heartbeat", "heartbeat_timeout", "goodbye", "link_lost", "revoked", "disabled", "maintenance"],
            Schema("PresenceReason").GetProperty("enum").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public void A_report_names_a_status_that_devices_may_use() => Assert.Equal(
        ["acknowledged", "completed", "failed", "success", "failure", "timeout"],
        Property("CommandResultRequest", "status").GetProperty("enum").EnumerateArray().Select(name => name.GetString()));

    [Fact]
    public void Query_parameters_have_their_types() => Assert.Equal(
        ["status:string", "health:string", "q:string", "limit:integer", "cursor:string"],
        _document.GetProperty("paths").GetProperty("/api/v1/customer/devices").GetProperty("get").GetProperty("parameters").EnumerateArray()
            .Select(one => $"{one.GetProperty("name").GetString()}:{one.GetProperty("schema").GetProperty("type").GetString()}"));

    [Fact]
    public void The_schema_of_a_device_is_what_is_answered() => Assert.Equal(
        ["connected", "customerId", "deviceId", "flapping", "health", "heartbeatInterval", "heartbeatTimeout", "ignoredMetrics", "lastSeen",
            "location", "metrics", "mode", "modeNote", "modeSince", "modeUntil", "name", "reason", "seq", "state", "status", "statusSince",
            "weakSecret"],
        Names(Schema("DeviceBody").GetProperty("properties")).Order(StringComparer.Ordinal));

    [Fact]
    public async Task The_page_beside_it_loads_nothing_from_another_host()
    {
        Assert.Equal("reference/", (await _gateway.Nobody.GetAsync("/reference")).Is(302)["Location"]);
        var page = (await _gateway.Nobody.GetAsync("/reference/")).Is(200);
        Assert.Contains("text/html", page["Content-Type"], StringComparison.Ordinal);
        Assert.DoesNotContain("://", page.Text, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"//", page.Text);
        foreach (var source in Regex.Matches(page.Text, "(?:src|href)=\"([^\"]+)\"").Select(match => match.Groups[1].Value))
        {
            (await _gateway.Nobody.GetAsync("/reference/" + source)).Is(200);
        }

        // Whatever its script has in mind, the browser allows this host alone.
        Assert.StartsWith("default-src 'self';", page["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("http", page["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("*", page["Content-Security-Policy"], StringComparison.Ordinal);
    }

    private IEnumerable<(string Name, JsonElement Call)> Operations() =>
        from path in _document.GetProperty("paths").EnumerateObject()
        from call in path.Value.EnumerateObject()
        where Methods.Contains(call.Name)
        select ($"{call.Name.ToUpperInvariant()} {path.Name}", call.Value);

    private JsonElement Schema(string name) => _document.GetProperty("components").GetProperty("schemas").GetProperty(name);

    private JsonElement Property(string schema, string name) => Schema(schema).GetProperty("properties").GetProperty(name);

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(member => member.Name);
}
