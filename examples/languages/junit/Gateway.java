import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A gateway for the tests of a till, as one process. Copy this file beside them. */
final class Gateway implements AutoCloseable {
  private static final String COMMAND = System.getenv().getOrDefault("TILLGATE", "npx tillgate");
  private static final String OPTIONS =
      "serve --test-control --data memory --port 0 --pace instant --json";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final JsonObject ready;

  Gateway() throws IOException {
    List<String> words = new ArrayList<>(List.of((COMMAND + " " + OPTIONS).split(" ")));
    process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream()));
    ready = JsonParser.parseString(out.readLine()).getAsJsonObject();
  }

  /** The address for the till under test. */
  String pac() {
    return ready.get("pac").getAsString();
  }

  void addFault(Map<String, ?> when, Map<String, ?> action) throws Exception {
    ask("POST", faultsPath(), Map.of("when", when, "action", action));
  }

  JsonArray faults() throws Exception {
    return ask("GET", faultsPath(), null).getAsJsonArray("faults");
  }

  /** Time limits end at once, in order. */
  void advance(int seconds) throws Exception {
    ask("POST", "/test/clock", Map.of("advance", seconds));
  }

  /** What the gateway holds to be true, the newest first. */
  JsonArray transactions(String tid) throws Exception {
    return ask("GET", "/transactions?tid=" + tid, null).getAsJsonArray("transactions");
  }

  void reset() throws Exception {
    ask("POST", "/test/reset", null);
  }

  /** The gateway ends when its stdin is closed, also if this run is killed. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
  }

  private String faultsPath() {
    return "/sites/" + ready.get("site").getAsString() + "/faults";
  }

  private JsonObject ask(String method, String path, Object body) throws Exception {
    URI address = URI.create(ready.get("http").getAsString() + "/api/v1" + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      String json = new Gson().toJson(body);
      request.method(method, BodyPublishers.ofString(json)).header("Content-Type", "application/json");
    }
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() >= 300) throw new IOException(answer.body());
    return JsonParser.parseString(answer.body()).getAsJsonObject();
  }
}
