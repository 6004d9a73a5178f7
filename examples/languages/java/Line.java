import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A till's connection to the gateway, opened again whenever it is lost. JSON-RPC 2.0 both ways.
 *
 * <p>java.net.http answers pings by itself, but receives nothing, pings neither, until the program asks for
 * one more by request(1): once when the connection opens, and once at the end of every callback.
 */
final class Line {
  /** Gets what the gateway sends, in order. It must be quick: nothing else is received meanwhile. */
  interface Handler {
    /** May call answer later, from another thread. */
    void onRequest(String method, JsonObject params, Consumer<Object> answer);

    /** If it throws, the connection is dropped, and the gateway sends a notice again on the next one. */
    void onNotification(String method, JsonObject params) throws Exception;
  }

  /** The gateway refuses this till for good: a person has to change a setting. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String why) {
      super(why);
    }
  }

  /** A setting: each site has its own host and token, each till its own epos-id. */
  static final String ADDRESS =
      System.getenv()
          .getOrDefault(
              "TILLGATE_URI",
              "ws://127.0.0.1:8765/pac?token=00000000-0000-0000-0000-000000000000"
                  + "&api-version=v1&software-house-id=ABC123&installer-id=123ABC&epos-id=TILL-1");

  /** Close codes after which the till must not connect again: another till took over, token revoked. */
  private static final Set<Integer> FINAL = Set.of(4001, 4003);

  /** Between two pings of the till, which the gateway answers. */
  private static final int PING_SECONDS = 10;

  private static final Gson GSON = new Gson();

  private final URI uri;
  private final Handler handler;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final Map<Long, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile Connection connection;
  /** The seconds that the gateway wants to be left alone. */
  private long retryAfter;
  // An id must not come again within a day, for which the gateway keeps results.
  private long lastId = System.currentTimeMillis() / 100 % 864_000;

  Line(String uri, Handler handler) {
    this.uri = URI.create(uri);
    this.handler = handler;
  }

  /** Returns when the gateway has accepted this till. */
  void start() throws Exception {
    Thread thread = new Thread(this::run, "line");
    thread.setDaemon(true);
    thread.start();
    CompletableFuture.anyOf(opened, closed).get();
  }

  /** Fails with a RefusedException when the gateway ends this till's connection for good. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  /**
   * The whole answer, with "result" or "error". With an epos-id it may come on a later connection, so give
   * the wait a limit. Throws IllegalStateException if there is no connection: then nothing was sent.
   */
  synchronized CompletableFuture<JsonObject> request(String method, Object params) {
    Connection now = connection;
    if (now == null) throw new IllegalStateException("There is no connection.");
    lastId += 1;
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    waiting.put(lastId, answer);
    now.send(Map.of("jsonrpc", "2.0", "id", lastId, "method", method, "params", params));
    return answer;
  }

  /**
   * For a program that ends after a result: the gateway's ping, whose pong confirms the delivery, comes
   * before this answer.
   */
  void finish() {
    try {
      request("connectedTerminals", Map.of()).get(10, TimeUnit.SECONDS);
    } catch (Exception lost) {
      // Then the result comes again on the next connection.
    }
  }

  private void run() {
    try {
      for (long pause = 1_000; ; pause = Math.min(pause * 2, 30_000)) {
        Connection next = connect();
        if (next != null) {
          pause = 1_000;
          next.serve();
        }
        // Tills that were disconnected together must not come back together.
        Thread.sleep(1_000 * retryAfter + ThreadLocalRandom.current().nextLong(pause / 2, pause));
        retryAfter = 0;
      }
    } catch (Exception cause) {
      closed.completeExceptionally(cause);
      waiting.values().forEach(answer -> answer.completeExceptionally(cause));
    }
  }

  /** Null if there is no connection now. */
  private Connection connect() throws RefusedException {
    Connection next = new Connection();
    try {
      http.newWebSocketBuilder().buildAsync(uri, next).join();
      return next;
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof WebSocketHandshakeException) {
        var refused = (WebSocketHandshakeException) failed.getCause();
        retryAfter = retryAfter(refused.getResponse().headers());
        String why = refusal();
        if (why != null) throw new RefusedException(why);
      }
      System.err.println("not connected: " + failed.getCause());
      return null;
    }
  }

  /** How long the gateway, or a proxy before it, wants to be left alone; heeded up to 60 s. */
  private static long retryAfter(HttpHeaders headers) {
    try {
      return Math.min(60, headers.firstValueAsLong("Retry-After").orElse(0));
    } catch (NumberFormatException date) {
      return 0;
    }
  }

  /** Why the gateway itself refuses this address for good; null if it may be tried again. */
  private String refusal() {
    String scheme = uri.getScheme().equals("wss") ? "https" : "http";
    String path = "/handshake" + uri.getRawPath() + "?" + uri.getRawQuery();
    URI asked = URI.create(scheme + "://" + uri.getRawAuthority() + path);
    try {
      var response = http.send(HttpRequest.newBuilder(asked).build(), BodyHandlers.ofString());
      int status = response.statusCode();
      // These pass by themselves. Any other without the gateway's own body is a proxy's.
      if (status < 400 || status == 429 || status >= 500) return null;
      JsonObject body = JsonParser.parseString(response.body()).getAsJsonObject();
      return body.get("message").getAsString();
    } catch (IOException | InterruptedException | RuntimeException unreadable) {
      return null;
    }
  }

  /** The null of JSON is an object in Gson. */
  static JsonElement present(JsonElement value) {
    return value == null || value.isJsonNull() ? null : value;
  }

  private void answered(JsonElement id, JsonObject message) {
    CompletableFuture<JsonObject> answer = id == null ? null : waiting.remove(id.getAsLong());
    if (answer != null) {
      answer.complete(message);
    } else {
      // An error without an id, or a result that an earlier run of this till has missed.
      String text = message.toString();
      System.err.println("unclaimed: " + text.substring(0, Math.min(200, text.length())));
    }
  }

  /** One WebSocket from open to end. */
  private final class Connection implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private volatile int received;
    private volatile String reason = "";
    private volatile WebSocket socket;
    private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);

    /** Returns when the connection is lost. */
    void serve() throws Exception {
      connection = this;
      System.out.println("connected");
      opened.complete(null);
      int code = waitForEnd();
      connection = null;
      socket.abort();
      if (FINAL.contains(code)) throw new RefusedException(reason);
      System.err.println("not connected: " + code);
    }

    /**
     * The close code; 1006 without a close. Pings of its own find out: JDK 17 does not always call onClose
     * or onError when a connection is cut.
     */
    private int waitForEnd() throws Exception {
      while (true) {
        int before = received;
        socket.sendPing(ByteBuffer.allocate(0));
        try {
          return ended.get(PING_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException stillOpen) {
          if (received == before) return 1006;
        }
      }
    }

    /** One at a time: sendText fails while the text before it is still being sent. */
    synchronized void send(Object message) {
      String json = GSON.toJson(message);
      // If the connection is lost, the message may have arrived all the same.
      sent = sent.handle((before, failed) -> null).thenCompose(now -> socket.sendText(json, true));
    }

    @Override
    public void onOpen(WebSocket opened) {
      socket = opened;
      opened.request(1);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      received += 1;
      // A message may come in parts.
      text.append(part);
      if (last) {
        String json = text.toString();
        text.setLength(0);
        try {
          receive(JsonParser.parseString(json).getAsJsonObject());
        } catch (Exception failed) {
          System.err.println("cannot go on: " + failed);
          ended.complete(1006);
          return null;
        }
      }
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onPing(WebSocket from, ByteBuffer payload) {
      received += 1;
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket from, ByteBuffer payload) {
      received += 1;
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String why) {
      reason = why;
      ended.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failed) {
      ended.complete(1006);
    }

    private void receive(JsonObject message) throws Exception {
      JsonElement id = present(message.get("id"));
      JsonElement name = present(message.get("method"));
      if (name == null) {
        answered(id, message);
        return;
      }
      String method = name.getAsString();
      JsonObject params = message.getAsJsonObject("params");
      if (id == null) {
        handler.onNotification(method, params);
      } else {
        // As a JsonElement the id goes back as it came. A request of a lost connection is sent again
        // on the next one.
        Consumer<Object> answer =
            result -> send(Map.of("jsonrpc", "2.0", "id", id, "result", result));
        handler.onRequest(method, params, answer);
      }
    }
  }
}
