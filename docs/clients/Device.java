// A device over a WebSocket, in Java's own java.net.http (17 and later) with Gson: signs in, beats, does commands, and always comes back.
//   DEVICE_ID=test-device-001 DEVICE_SECRET=test-secret-12345 java -cp /usr/share/java/gson.jar docs/clients/Device.java   # or API_URL=https://...
import com.google.gson.*; import java.net.URI; import java.net.http.*; import java.time.Duration; import java.util.*; import java.util.concurrent.*;

class Device {
  static final String API = System.getenv().getOrDefault("API_URL", "http://localhost:3001").replaceAll("/$", "") + "/api/v1/device";
  static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).version(HttpClient.Version.HTTP_1_1).build();
  static final Map<String, JsonObject> todo = new HashMap<>(); // Results that nobody has answered, by id.
  static String token = ""; static int failures; static boolean fresh; static long least; // Fresh: no beat was good since the sign-in; least: the seconds that the server asks for.
  static JsonObject object(Object... members) {
    var made = new JsonObject();
    for (int i = 0; i < members.length; i += 2) made.add((String) members[i], new Gson().toJsonTree(members[i + 1]));
    return made; }
  static int status(HttpResponse<?> answer) { least = answer.headers().firstValueAsLong("Retry-After").orElse(0); return answer.statusCode(); }
  static int signIn() throws Exception {
    var body = object("deviceId", System.getenv("DEVICE_ID"), "deviceSecret", System.getenv("DEVICE_SECRET")).toString();
    var answer = HTTP.send(HttpRequest.newBuilder(URI.create(API + "/auth")).timeout(Duration.ofSeconds(10)).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    fresh = true; token = answer.statusCode() == 200 ? JsonParser.parseString(answer.body()).getAsJsonObject().get("token").getAsString() : "";
    return status(answer); }
  // One socket, until it is over; 0: it broke. The library notices no silent server, and does not show pings unless asked: 45 s without anything.
  static int live() throws Exception {
    var heard = new LinkedBlockingQueue<Object>(); // A frame, a close code, or a ping as "".
    var socket = HTTP.newWebSocketBuilder().header("X-Device-Session", token).buildAsync(URI.create(API.replaceFirst("http", "ws") + "/ws"), new WebSocket.Listener() {
      String text = "";
      public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
        text += part;
        if (last) { heard.add(JsonParser.parseString(text)); text = ""; }
        socket.request(1); return null; }
      public CompletionStage<?> onPing(WebSocket socket, java.nio.ByteBuffer data) { heard.add(""); socket.request(1); return null; }
      public CompletionStage<?> onClose(WebSocket socket, int code, String reason) { heard.add(code); return null; }
      public void onError(WebSocket socket, Throwable fault) { heard.add(0); }
    }).get(20, TimeUnit.SECONDS);
    long second = 1_000_000_000L, due = System.nanoTime(), silent = due + 45 * second;
    for (; System.nanoTime() < silent; ) {
      if (System.nanoTime() >= due) { socket.sendText(object("type", "heartbeat", "status", "healthy", "metrics", Map.of("cpu", 12.5)).toString(), true).join(); due = System.nanoTime() + 30 * second; }
      var said = heard.poll(Math.max(1, Math.min(due, silent) - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (said instanceof Integer code) return code;
      if (said != null) silent = System.nanoTime() + 45 * second;
      if (!(said instanceof JsonObject frame)) continue;
      String type = frame.get("type").getAsString(), id = frame.has("id") ? frame.get("id").getAsString() : "", code = frame.has("code") ? frame.get("code").getAsString() : "";
      if (type.equals("heartbeat_ack")) { // What has no answer is said again after each beat.
        failures = 0; fresh = false; due = System.nanoTime() + frame.get("nextHeartbeat").getAsLong() * 1_000_000; System.out.println("beat, next in " + frame.get("nextHeartbeat") + " ms");
        for (var result : todo.values()) socket.sendText(result.toString(), true).join();
      } else if (type.equals("command") && !todo.containsKey(id)) { // Done at once, and once: a result says that it has arrived, too.
        boolean echo = frame.get("command").getAsString().equals("echo");
        todo.put(id, object("type", "command_result", "requestId", id, "commandId", id, "status", echo ? "completed" : "failed", echo ? "result" : "error", echo ? frame.get("parameters") : "unsupported"));
        socket.sendText(todo.get(id).toString(), true).join();
      } else if ((type.equals("ack") || Set.of("CONFLICT", "NOT_FOUND").contains(code)) && frame.has("requestId")) todo.remove(frame.get("requestId").getAsString());
    }
    socket.abort(); return 0; }
  public static void main(String[] arguments) throws Exception {
    for (var chance = new Random(); ; ) {
      int code = 200; least = 0;
      try { if (token.isEmpty()) code = signIn(); if (code == 200) code = live(); }
      catch (java.io.IOException | JsonParseException | IllegalStateException | TimeoutException | CompletionException | ExecutionException fault) { code = fault.getCause() instanceof WebSocketHandshakeException refused ? status(refused.getResponse()) : 0; }
      boolean calm = code == 1000 || code == 1001, unwanted = code == 403 || code == 4001 || code == 4002 || code == 401 && token.isEmpty(); // Calm: that gateway stops.
      if (unwanted || code == 401 || code == 4003) token = "";
      double wait = unwanted ? 300 + 60 * chance.nextDouble() : code == 401 && !fresh ? 0 : Math.max(least, chance.nextDouble() * (calm ? 5 : Math.min(60, Math.pow(2, ++failures))));
      System.out.printf("over (%d): again in %.1f s%n", code, wait); Thread.sleep((long) (wait * 1000)); } }
}
