import java.net.URI; import java.net.http.*; import java.net.http.HttpRequest.BodyPublishers; import java.net.http.HttpResponse.BodyHandlers;

class Http {
  public static void main(String[] a) throws Exception {
    var e = System.getenv();
    var body = e.get("method").equals("POST") ? BodyPublishers.ofString(e.get("body")) : BodyPublishers.noBody();
    var request = HttpRequest.newBuilder(URI.create(e.get("url"))).header("X-Device-Session", e.get("token")).method(e.get("method"), body).build();
    var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    System.out.println(answer.statusCode() + " " + answer.body());
  }
}
