import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A sale at the counter: java Sale TID AMOUNT [accept|reject]
 *
 * <p>Without the third word the cashier is asked whether a signature matches. Exit code 0: paid, 1: not paid,
 * 3: not known.
 */
final class Sale implements Line.Handler {
  /** The gateway answers a sale within 280 s. */
  private static final int LIMIT_SECONDS = 290;

  private final String signature;
  private CompletableFuture<Boolean> verdict;

  private Sale(String signature) {
    this.signature = signature;
  }

  public static void main(String[] args) throws Exception {
    System.exit(sell(args[0], minorUnits(args[1]), args.length > 2 ? args[2] : null));
  }

  private static int sell(String tid, int amount, String signature) throws Exception {
    Line line = new Line(Line.ADDRESS, new Sale(signature));
    try {
      line.start();
      JsonObject answer =
          line.request("sale", Map.of("tid", tid, "currency", "GBP", "amount", amount))
              .get(LIMIT_SECONDS, TimeUnit.SECONDS);
      line.finish();
      return outcome(tid, answer);
    } catch (TimeoutException noAnswer) {
      return unknown(tid);
    } catch (ExecutionException refused) {
      System.err.println("refused: " + refused.getCause().getMessage());
      return 1;
    }
  }

  /** Pence or cents of an amount as it is typed; a double would make 1998.99... of 19.99 * 100. */
  private static int minorUnits(String text) {
    return new BigDecimal(text).movePointRight(2).intValueExact();
  }

  private static int outcome(String tid, JsonObject answer) {
    if (Line.present(answer.get("error")) != null) {
      // Nothing was handed to a card machine.
      JsonObject data = answer.getAsJsonObject("error").getAsJsonObject("data");
      System.out.println(data.get("userMessage").getAsString());
      return 1;
    }
    JsonObject result = answer.getAsJsonObject("result");
    String ended = result.get("transactionResult").getAsString();
    if (ended.equals("TIMED_OUT")) return unknown(tid);
    printReceipt(result.getAsJsonObject("receiptLines").getAsJsonArray("CUSTOMER"));
    System.out.println(ended + ": " + result.get("amountTotal").getAsInt());
    return ended.equals("SUCCESSFUL") ? 0 : 1;
  }

  private static int unknown(String tid) {
    System.out.println("NOT KNOWN: check card machine " + tid + " before anything is repeated.");
    return 3;
  }

  private static void printReceipt(JsonArray lines) {
    if (lines == null) return;
    for (JsonElement line : lines) {
      System.out.println("  | " + line.getAsJsonObject().get("value").getAsString());
    }
  }

  @Override
  public void onRequest(String method, JsonObject params, Consumer<Object> answer) {
    if (!method.equals("signatureVerificationRequest")) return;
    // Asked again after a reconnect, under a new id: the cashier is asked once. On a thread of its own:
    // nothing is received while this method runs.
    if (verdict == null) verdict = CompletableFuture.supplyAsync(() -> check(params));
    verdict.thenAccept(accepted -> answer.accept(Map.of("accepted", accepted)));
  }

  @Override
  public void onNotification(String method, JsonObject params) {
    if (!method.equals("terminalNotification")) return;
    String tid = params.get("tid").getAsString();
    System.out.println(tid + ": " + params.get("notificationValue").getAsString());
  }

  private boolean check(JsonObject params) {
    printReceipt(params.getAsJsonObject("receiptLines").getAsJsonArray("MERCHANT"));
    if (signature != null) return signature.equals("accept");
    System.out.println("Does the signature match the card? [y/n]");
    try {
      String typed = new BufferedReader(new InputStreamReader(System.in)).readLine();
      return typed != null && typed.strip().equalsIgnoreCase("y");
    } catch (IOException unreadable) {
      return false;
    }
  }
}
