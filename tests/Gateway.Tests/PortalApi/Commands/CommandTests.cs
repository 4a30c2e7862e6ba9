using System.Text;
using System.Text.Json;
using Rollcall.DeviceApi.WebSockets;
using Rollcall.Http;
using Rollcall.Running;

namespace Rollcall.PortalApi.Commands;

/// <summary>Commands as a customer and a device see them, over real Kestrel.</summary>
public sealed class CommandTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task A_device_without_a_socket_gets_it_with_its_beat_and_answers_over_REST()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var sent = (await SendAsync(device, """{"command":"reboot","parameters":{"in": [1e300, "ü"]},"ttlSeconds":60}""")).Is(202).Json;
        ContractChecks.HasExactly(
            sent, "id", "deviceId", "command", "parameters", "status", "createdAt", "expiresAt", "sentAt", "acknowledgedAt", "finishedAt", "result",
            "error", "late", "issuedBy", "pollOnly");
        Assert.Equal(("queued", "operator", false), (Text(sent, "status"), Text(sent, "issuedBy"), sent.GetProperty("late").GetBoolean()));
        var id = Text(sent, "id")!;

        var carried = Assert.Single((await device.BeatAsync()).Is(200).Of("commands").EnumerateArray());
        ContractChecks.HasExactly(carried, "id", "command", "type", "parameters", "issuedAt", "expiresAt", "timestamp");
        Assert.Equal(
            (id, "reboot", "ü"), (Text(carried, "id"), Text(carried, "command"), carried.GetProperty("parameters").GetProperty("in")[1].GetString()));
        await Eventually.GetAsync(() => ReadAsync(device, id), read => Text(read, "status") == "sent");

        Assert.True((await ResultAsync(device, id, """{"status":"acknowledged"}""")).Is(200).Of("success").GetBoolean());
        Assert.Empty((await device.BeatAsync()).Is(200).Of("commands").EnumerateArray());
        (await device.Owner.DeleteAsync($"{device.Path}/commands/{id}")).Refused(409, "CONFLICT");
        (await ResultAsync(device, id, """{"status":"completed","result":{"ok":true}}""")).Is(200);
        (await ResultAsync(device, id, """{"status":"completed","result":{ "ok": true }}""")).Is(200);
        (await ResultAsync(device, id, """{"status":"failed","error":"no"}""")).Refused(409, "CONFLICT");
        var done = await ReadAsync(device, id);
        Assert.Equal(("completed", true), (Text(done, "status"), done.GetProperty("result").GetProperty("ok").GetBoolean()));
        ContractChecks.CheckTime(done.GetProperty("finishedAt"));
    }

    [Fact]
    public async Task A_device_with_a_socket_gets_it_at_once_and_the_caller_waits_for_the_end()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        Assert.Equal("pong", TestLink.Type(await link.AskAsync("""{"type":"ping"}""")));
        var waiting = device.Owner.PostAsync(device.Path + "/commands?wait=20", """{"command":"echo","parameters":[1]}""");
        var command = await link.HearAsync();
        Assert.Equal(("command", "echo"), (TestLink.Type(command), Text(command, "command")));
        Assert.Equal(["command", "expiresAt", "id", "issuedAt", "parameters", "timestamp", "type"], command.GetProperty("payload").EnumerateObject()
            .Select(member => member.Name).Order(StringComparer.Ordinal));
        var id = Text(command, "id")!;
        var ack = await link.AskAsync($$"""{"type":"command_ack","commandId":"{{id}}","requestId":1}""");
        Assert.Equal(("ack", id, 1), (TestLink.Type(ack), Text(ack, "commandId"), ack.GetProperty("requestId").GetInt32()));
        Assert.Equal(
            "ack", TestLink.Type(
                await link.AskAsync($$$"""{"type":"command_result","payload":{"commandId":"{{{id}}}","status":"completed","result":[1]}}""")));
        Assert.Equal("completed", Text((await waiting).Is(200).Json, "status"));
        Assert.Equal("CONFLICT", Text(await link.AskAsync($$"""{"type":"command_result","commandId":"{{id}}","status":"failed"}"""), "code"));
        Assert.Equal("no_commands", TestLink.Type(await link.AskAsync("""{"type":"claim_command"}""")));
    }

    [Fact]
    public async Task Three_that_waited_come_in_order_after_the_greeting_and_again_over_the_next_socket()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        foreach (var name in new[] { "one", "two", "three" })
        {
            (await SendAsync(device, $$"""{"command":"{{name}}"}""")).Is(202);
        }

        await using (var link = await TestLink.GreetedAsync(_gateway, device))
        {
            Assert.Equal(["one", "two", "three"],
                [Text(await link.HearAsync(), "command"), Text(await link.HearAsync(), "command"), Text(await link.HearAsync(), "command")]);
            Assert.Equal("one", Text(await link.AskAsync("""{"type":"claim_command","requestId":"c"}"""), "command"));
        }

        // A socket has died with them: now one comes after the other, each when the former is acknowledged.
        await using var next = await TestLink.GreetedAsync(_gateway, device);
        var command = await next.HearAsync();
        foreach (var name in new[] { "one", "two" })
        {
            Assert.Equal(name, Text(command, "command"));
            await next.SayAsync($$"""{"type":"command_ack","commandId":"{{Text(command, "id")}}"}""");
            JsonElement[] heard = [await next.HearAsync(), await next.HearAsync()];
            Assert.Equal(["ack", "command"], heard.Select(TestLink.Type).Order(StringComparer.Ordinal));
            command = heard.Single(frame => TestLink.Type(frame) == "command");
        }

        Assert.Equal("three", Text(command, "command"));
        Assert.Equal(["three"], (await device.Owner.GetAsync(device.Path + "/commands?status=sent")).Is(200).Of("commands").EnumerateArray()
            .Select(command => Text(command, "command")));
    }

    [Fact]
    public async Task Pages_end_and_a_cancelled_one_is_not_delivered()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        for (var i = 0; i < 5; i++)
        {
            (await SendAsync(device, $$"""{"command":"c{{i}}"}""")).Is(202);
        }

        var seen = new List<string?>();
        string? cursor = null;
        do
        {
            var page = (await device.Owner.GetAsync($"{device.Path}/commands?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}")).Is(200).Json;
            seen.AddRange(page.GetProperty("commands").EnumerateArray().Select(command => Text(command, "id")));
            cursor = Text(page, "nextCursor");
        }
        while (cursor is not null);

        Assert.Equal(5, seen.Distinct().Count());
        Assert.Equal("cancelled", Text((await device.Owner.DeleteAsync($"{device.Path}/commands/{seen[0]}")).Is(200).Json, "status"));
        Assert.Equal(4, (await device.BeatAsync()).Is(200).Of("commands").GetArrayLength());
        (await ResultAsync(device, seen[0]!, """{"status":"acknowledged"}""")).Refused(409, "CONFLICT");
    }

    [Fact]
    public async Task Too_many_bytes_are_429_with_the_number()
    {
        await using var gateway = await TestGateway.StartAsync(("COMMAND_BYTES", "16384"), ("COMMANDS_MOST", "2"));
        var device = await TestDevice.SignedInAsync(gateway);
        var large = $$"""{"command":"c","parameters":"{{new string('x', 9_000)}}"}""";
        (await device.Owner.PostAsync(device.Path + "/commands", large)).Is(202);
        Assert.Contains("at most 16384 bytes", (await device.Owner.PostAsync(device.Path + "/commands", large)).Refused(429, "RATE_LIMITED")
            .TextOf("detail"), StringComparison.Ordinal);
        (await device.Owner.PostAsync(device.Path + "/commands", """{"command":"c"}""")).Is(202);
        Assert.Contains("at most 2 open commands", (await device.Owner.PostAsync(device.Path + "/commands", """{"command":"c"}"""))
            .Refused(429, "RATE_LIMITED").TextOf("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_Idempotency_Key_is_the_same_command_and_with_another_body_409()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var keyed = device.Owner.With("Idempotency-Key", "a-key");
        var first = (await keyed.PostAsync(device.Path + "/commands", """{"command":"one"}""")).Is(202).TextOf("id");
        Assert.Equal(first, (await keyed.PostAsync(device.Path + "/commands", """{"command":"one"}""")).Is(202).TextOf("id"));
        (await keyed.PostAsync(device.Path + "/commands", """{"command":"two"}""")).Refused(409, "CONFLICT");
        Assert.NotEqual(first, (await SendAsync(device, """{"command":"one"}""")).Is(202).TextOf("id"));
    }

    [Fact]
    public async Task What_is_given_is_given_on_to_the_letter_and_an_answer_stays_within_64_KiB()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var parameters = "\"" + string.Concat(Enumerable.Repeat("<+😀>", 2_000)) + "\"";
        for (var i = 0; i < 5; i++)
        {
            (await SendAsync(device, $$"""{"command":"c","parameters":{{parameters}}}""")).Is(202);
        }

        var beat = (await device.BeatAsync()).Is(200);
        Assert.InRange(beat.Length, 40_000, 64 * 1024);
        Assert.Equal(4, beat.Of("commands").GetArrayLength());
        Assert.Equal(parameters, beat.Of("commands")[0].GetProperty("parameters").GetRawText());
        await using var link = await TestLink.GreetedAsync(_gateway, device);
        var command = await link.HearAsync();
        Assert.Equal(parameters, command.GetProperty("parameters").GetRawText());
        Assert.Equal(parameters, command.GetProperty("payload").GetProperty("parameters").GetRawText());
        Assert.InRange(command.GetRawText().Length, 1, 64 * 1024);
    }

    [Fact]
    public async Task More_callers_than_may_wait_are_answered_at_once()
    {
        await using var gateway = await TestGateway.StartAsync(("COMMAND_WAITS", "0"));
        var device = await TestDevice.SignedInAsync(gateway);
        var asked = System.Diagnostics.Stopwatch.GetTimestamp();
        (await device.Owner.PostAsync(device.Path + "/commands?wait=30", """{"command":"c"}""")).Is(202);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(asked).TotalSeconds < 20);
    }

    [Theory]
    [InlineData("""{}""", 400)]
    [InlineData("""{"command":""}""", 400)]
    [InlineData("""{"command":"two words"}""", 400)]
    [InlineData("""{"command":7}""", 400)]
    [InlineData("""{"command":"c","ttlSeconds":0}""", 400)]
    [InlineData("""{"command":"c","ttlSeconds":604801}""", 400)]
    [InlineData("""{"command":"c","ttlSeconds":1.5}""", 400)]
    [InlineData("""{"command":"c","parameters":"\u0000"}""", 400)]
    [InlineData("""{"command":"c","parameters":{"\ud800":1}}""", 400)]
    [InlineData("", 400)]
    [InlineData("""{"command":"c","parameters":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}""", 400)]
    public async Task Bad_input_is_refused_in_words(string body, int status)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        Assert.Equal(status, (await SendAsync(device, body)).Status);
        Assert.Equal(0, (await device.Owner.GetAsync(device.Path + "/commands")).Is(200).Of("commands").GetArrayLength());
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_refused_in_words()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        using var body = new ByteArrayContent([.. "{\"command\":\"c\",\"parameters\":\""u8, 0xFF, .. "\"}"u8]);
        body.Headers.ContentType = new("application/json");
        (await device.Owner.SendAsync("POST", device.Path + "/commands", body)).Refused(400, "INVALID_REQUEST");

        var id = (await SendAsync(device, """{"command":"c"}""")).Is(202).TextOf("id")!;
        foreach (var member in new[] { "result", "output", "error" })
        {
            byte[] said = [.. Encoding.UTF8.GetBytes($$"""{"status":"failed","{{member}}":"K"""), 0xFC, .. "hl\"}"u8];
            (await device.Self.SendAsync("POST", $"/api/v1/device/commands/{id}/result", Body.Of(said, "application/json")))
                .Refused(400, "INVALID_REQUEST");
        }

        Assert.Equal("queued", Text(await ReadAsync(device, id), "status"));
    }

    [Fact]
    public async Task What_is_too_large_is_refused()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await SendAsync(device, $$"""{"command":"c","parameters":"{{new string('x', 16 * 1024)}}"}""")).Refused(413, "TOO_LARGE");
        var id = (await SendAsync(device, """{"command":"c"}""")).Is(202).TextOf("id")!;
        (await ResultAsync(device, id, $$"""{"status":"completed","result":"{{new string('x', 32 * 1024)}}"}""")).Refused(413, "TOO_LARGE");
        (await ResultAsync(device, id, $$"""{"status":"failed","error":"{{new string('x', 4_097)}}"}""")).Refused(413, "TOO_LARGE");
    }

    [Fact]
    public async Task Queries_results_and_ids_are_checked()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var id = (await SendAsync(device, """{"command":"c"}""")).Is(202).TextOf("id")!;
        (await ResultAsync(device, id, $$"""{"status":"completed","result":{{new string('[', 33)}}{{new string(']', 33)}}}"""))
            .Refused(400, "INVALID_REQUEST");
        (await ResultAsync(device, id, """{"status":"queued"}""")).Refused(400, "INVALID_REQUEST");
        (await ResultAsync(device, "nonsense", """{"status":"completed"}""")).Refused(404, "NOT_FOUND");
        (await device.Owner.PostAsync(device.Path + "/commands?wait=31", """{"command":"c"}""")).Refused(400, "INVALID_REQUEST");
        (await device.Owner.With("Idempotency-Key", new string('k', 256)).PostAsync(device.Path + "/commands", """{"command":"c"}"""))
            .Refused(400, "INVALID_REQUEST");
        (await device.Owner.GetAsync(device.Path + "/commands?status=sent&status=queued")).Refused(400, "INVALID_REQUEST");
        (await device.Owner.GetAsync(device.Path + "/commands?status=gone")).Refused(400, "INVALID_REQUEST");
        (await device.Owner.GetAsync(device.Path + "/commands?cursor=x")).Refused(400, "INVALID_REQUEST");
    }

    [Fact]
    public async Task Another_customers_commands_are_not_found()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var id = (await SendAsync(device, """{"command":"c"}""")).Is(202).TextOf("id")!;
        var stranger = _gateway.Portal("owner", TestGateway.NewName("customer"));
        foreach (var path in new[] { "/commands", "/commands/" + id })
        {
            (await stranger.GetAsync(device.Path + path)).Refused(404, "NOT_FOUND");
        }

        (await stranger.PostAsync(device.Path + "/commands", """{"command":"c"}""")).Refused(404, "NOT_FOUND");
        (await stranger.DeleteAsync(device.Path + "/commands/" + id)).Refused(404, "NOT_FOUND");
    }

    [Fact]
    public async Task A_viewer_sends_no_commands()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await _gateway.Portal("viewer", device.Customer).PostAsync(device.Path + "/commands", """{"command":"c"}""")).Refused(403, "FORBIDDEN");
    }

    private Task<Answer> SendAsync(TestDevice device, string body) =>
        _gateway.Portal("operator", device.Customer).PostAsync(device.Path + "/commands", body);

    private static Task<Answer> ResultAsync(TestDevice device, string id, string body) =>
        device.Self.PostAsync($"/api/v1/device/commands/{id}/result", body);

    private static async Task<JsonElement> ReadAsync(TestDevice device, string id) =>
        (await device.Owner.GetAsync($"{device.Path}/commands/{id}")).Is(200).Json;

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();
}
