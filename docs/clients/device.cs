// A device over a WebSocket, in one file of C#: signs in, beats, does commands, and always comes back. .NET 10 and later.
//   DEVICE_ID=test-device-001 DEVICE_SECRET=test-secret-12345 dotnet run docs/clients/device.cs   # or API_URL=https://...
#:property PublishAot=false
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
var api = (Environment.GetEnvironmentVariable("API_URL") ?? "http://localhost:3001").TrimEnd('/') + "/api/v1/device";
using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
var todo = new Dictionary<string, JsonObject>(); // Results that nobody has answered, by id.
var (token, failures, fresh) = ("", 0, false); // Fresh: no beat was good since the sign-in.
Task Wait(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
while (true)
{
    var (code, least) = (0, 0.0);
    try { (code, least) = token.Length == 0 ? await SignInAsync() : (200, 0); if (code == 200) { (code, least) = await LiveAsync(); } }
    catch (Exception fault) when (fault is HttpRequestException or WebSocketException or OperationCanceledException or IOException or JsonException) { Console.WriteLine(fault.Message); }
    var (calm, unwanted) = (code is 1000 or 1001, code is 403 or 4001 or 4002 || (code == 401 && token.Length == 0)); // Calm: that gateway stops.
    token = unwanted || code is 401 or 4003 ? "" : token;
    var wait = unwanted ? 300 + (60 * Random.Shared.NextDouble()) : code == 401 && !fresh ? 0 : Math.Max(least, Random.Shared.NextDouble() * (calm ? 5 : Math.Min(60, Math.Pow(2, ++failures))));
    Console.WriteLine($"over ({code}): again in {wait:0.0} s"); await Wait(wait);
}
async Task<(int Code, double Least)> SignInAsync()
{
    var body = new JsonObject { ["deviceId"] = Environment.GetEnvironmentVariable("DEVICE_ID"), ["deviceSecret"] = Environment.GetEnvironmentVariable("DEVICE_SECRET") };
    using var answer = await http.PostAsync(api + "/auth", new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
    (fresh, token) = (true, answer.IsSuccessStatusCode ? (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["token"]! : "");
    return ((int)answer.StatusCode, answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0);
}
async Task<(int Code, double Least)> LiveAsync() // One socket, until it is over. KeepAliveTimeout lets the library notice a silent server.
{
    using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true, KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(10) } };
    socket.Options.SetRequestHeader("X-Device-Session", token);
    using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
    try { await socket.ConnectAsync(new Uri(api.Replace("http", "ws") + "/ws"), patience.Token); }
    catch (WebSocketException) when (socket.HttpStatusCode != 0) { return ((int)socket.HttpStatusCode, double.TryParse(socket.HttpResponseHeaders?.GetValueOrDefault("Retry-After")?.First(), out var seconds) ? seconds : 0); }
    ValueTask SayAsync(JsonObject frame) => socket.SendAsync(Encoding.UTF8.GetBytes(frame.ToJsonString()).AsMemory(), WebSocketMessageType.Text, true, default);
    for (var (listening, due) = (HearAsync(socket), Task.CompletedTask); ;)
    {
        if (await Task.WhenAny(listening, due) == due) { due = Wait(30); await SayAsync(new() { ["type"] = "heartbeat", ["status"] = "healthy", ["metrics"] = new JsonObject { ["cpu"] = 12.5 } }); continue; }
        if (await listening is not { } frame) { return ((int)socket.CloseStatus!, 0); } else { listening = HearAsync(socket); }
        switch ((string?)frame["type"])
        {
            case "heartbeat_ack": // What has no answer is said again after each beat.
                (failures, fresh, due) = (0, false, Wait((double)frame["nextHeartbeat"]! / 1000)); Console.WriteLine($"beat, next in {frame["nextHeartbeat"]} ms");
                foreach (var result in todo.Values) { await SayAsync(result); } break;
            case "command" when (string)frame["id"]! is var id && !todo.ContainsKey(id): // Done at once, and once: a result says that it has arrived, too.
                todo[id] = new() { ["type"] = "command_result", ["requestId"] = id, ["commandId"] = id, ["status"] = "failed", ["error"] = "unsupported" };
                if ((string)frame["command"]! == "echo") { (todo[id]["status"], todo[id]["error"], todo[id]["result"]) = ("completed", null, frame["parameters"]?.DeepClone()); }
                await SayAsync(todo[id]); break;
            case "ack" or "error" when (string?)frame["code"] is null or "CONFLICT" or "NOT_FOUND": todo.Remove((string?)frame["requestId"] ?? ""); break;
        }
    }
}
async Task<JsonNode?> HearAsync(WebSocket socket) // The next frame; null: it is closed.
{
    try { using var message = WebSocketStream.CreateReadableMessageStream(socket); return await JsonNode.ParseAsync(message); }
    catch (Exception over) when (socket.CloseStatus is not null && over is NotSupportedException or JsonException) { return null; }
}
