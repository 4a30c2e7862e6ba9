// Driver of java.net.http: java Drive.java java URL TOKEN header|protocol watch|sleep.
import java.net.URI; import java.net.http.*; import java.util.concurrent.*;

class Drive {
  public static void main(String[] a) throws Exception {
    var builder = HttpClient.newHttpClient().newWebSocketBuilder();
    if (a[3].equals("header")) builder.header("X-Device-Session", a[2]); else builder.subprotocols(a[2]);
    try {
      builder.buildAsync(URI.create(a[1]), new WebSocket.Listener() {
        public void onOpen(WebSocket socket) { System.out.println("open"); socket.request(1); }
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) { System.out.println("over onClose " + code); return null; }
        public void onError(WebSocket socket, Throwable fault) { System.out.println("over onError " + fault.getClass().getSimpleName() + " " + fault.getMessage()); }
      }).join();
    } catch (CompletionException fault) {
      var cause = fault.getCause();
      System.out.println("over " + cause.getClass().getSimpleName() + (cause instanceof WebSocketHandshakeException refused ? " " + refused.getResponse().statusCode() : " " + cause.getMessage()));
    }
    Thread.sleep(a[4].equals("sleep") ? 3000 : 3600_000);
    System.exit(0);
  }
}
