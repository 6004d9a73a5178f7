import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A counter till that is rehearsed: tillgate rehearse --at counter --till "java Rehearse"
 *
 * <p>The rehearsal gives the address in CONNECT_PAC_URI, writes what to press as lines of JSON to stdin, and reads a
 * line of JSON for each: in UTF-8, whatever the locale of this machine is.
 */
final class Rehearse implements Line.Handler {
  private static final Gson JSON = new Gson();
  private static final Map<String, String> METHODS =
      Map.of(
          "sale", "sale",
          "refund", "refund",
          "pre-auth", "preAuth",
          "completion", "completion",
          "verify", "accountVerification");
  /** Only SUCCESSFUL is paid. TIMED_OUT is not known. */
  private static final Map<String, String> WORDS =
      Map.of(
          "SUCCESSFUL", "approved",
          "DECLINED", "declined",
          "CANCELLED", "cancelled",
          "VOID", "void",
          "UNSUCCESSFUL", "unsuccessful",
          "TIMED_OUT", "unknown");

  private final Line line = new Line(System.getenv("CONNECT_PAC_URI") + "&epos-id=JAVA-1", this);
  private volatile String signature = "accept";
  /** What this till holds for true about its last transaction. */
  private volatile Map<String, Object> last = Map.of("outcome", "none");
  /** What the printer of this till has printed for it, copy by copy. */
  private volatile Map<String, Object> printed = new ConcurrentHashMap<>();

  public static void main(String[] args) throws Exception {
    Rehearse till = new Rehearse();
    till.line.start();
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String command; (command = commands.readLine()) != null; ) {
      answers.println(JSON.toJson(till.press(JSON.fromJson(command, JsonObject.class))));
    }
    System.exit(0);
  }

  private Map<String, Object> press(JsonObject command) {
    String what = command.remove("do").getAsString();
    if (METHODS.containsKey(what)) {
      if (command.has("cashback")) command.add("amountCashback", command.remove("cashback"));
      take(METHODS.get(what), command);
      return Map.of();
    }
    switch (what) {
      case "cancel":
        line.request("cancelTransaction", command);
        return Map.of();
      case "signature":
        signature = command.get("answer").getAsString();
        return Map.of();
      case "status":
        return last;
      case "receipts":
        return Map.of("printed", printed);
      default:
        return Map.of("unsupported", true);
    }
  }

  /** Asked for once, whatever happens: the answer may come on a later connection. */
  private void take(String method, JsonObject params) {
    Map<String, Object> asked = Map.of("outcome", "open");
    last = asked;
    Map<String, Object> copies = new ConcurrentHashMap<>();
    printed = copies;
    try {
      line.request(method, params)
          .thenAccept(
              answer -> {
                print(answer, copies);
                // The booking of a later transaction stays.
                if (last == asked) last = booked(answer);
              });
    } catch (IllegalStateException notConnected) {
      last = Map.of("outcome", "refused");
    }
  }

  private static void print(JsonObject answer, Map<String, Object> copies) {
    if (Line.present(answer.get("error")) != null) return;
    JsonObject receipts = answer.getAsJsonObject("result").getAsJsonObject("receiptLines");
    for (String copy : receipts.keySet()) {
      copies.put(copy.toLowerCase(Locale.ROOT), receipts.get(copy));
    }
  }

  private static Map<String, Object> booked(JsonObject answer) {
    if (Line.present(answer.get("error")) != null) return Map.of("outcome", "refused");
    JsonObject result = answer.getAsJsonObject("result");
    String outcome = WORDS.get(result.get("transactionResult").getAsString());
    Map<String, Object> booking = new HashMap<>(Map.of("outcome", outcome));
    if (outcome.equals("approved")) booking.put("amountTotal", result.get("amountTotal").getAsInt());
    return booking;
  }

  @Override
  public void onRequest(String method, JsonObject params, Consumer<Object> answer) {
    if (!method.equals("signatureVerificationRequest")) return;
    printed.put("slip", params.getAsJsonObject("receiptLines").get("MERCHANT"));
    if (!signature.equals("none")) answer.accept(Map.of("accepted", signature.equals("accept")));
  }

  @Override
  public void onNotification(String method, JsonObject params) {}
}
