import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the till of ../java does when things go wrong. */
final class SaleTest {
  private static final Map<String, String> STARTED =
      Map.of(
          "kind", "message",
          "direction", "sent",
          "method", "terminalNotification",
          "value", "TRANSACTION_STARTED");

  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = new Gateway();
  }

  @AfterEach
  void reset() throws Exception {
    gateway.reset();
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
  }

  @Test
  void aSaleThatIsCutOffAndWhoseSignatureNobodyChecksIsPaidOnce() throws Exception {
    gateway.addFault(STARTED, Map.of("kind", "cut"));
    Process till = startTill("VCMINVLSIS0", "50.00");
    BufferedReader shown = new BufferedReader(new InputStreamReader(till.getInputStream()));
    waitFor(shown, "Does the signature match");
    gateway.advance(80);
    waitFor(shown, "SUCCESSFUL: 5000");
    assertEquals(0, till.waitFor());
    assertEquals(1, gateway.faults().get(0).getAsJsonObject().get("fired").getAsInt());
    assertEquals(1, gateway.transactions("VCMINVLSIS0").size());
    JsonObject paid = gateway.transactions("VCMINVLSIS0").get(0).getAsJsonObject();
    assertEquals("SUCCESSFUL", paid.get("result").getAsString());
    assertEquals(5000, paid.get("amountTotal").getAsInt());
  }

  @Test
  void aSaleOnACardMachineThatIsBusyIsNotPaid() throws Exception {
    gateway.addFault(
        Map.of("kind", "time", "seconds", 0),
        Map.of("kind", "terminal", "tid", "VCMINVLSIP0", "state", "busy"));
    gateway.advance(0);
    assertEquals(1, startTill("VCMINVLSIP0", "50.00").waitFor());
    assertEquals(1, gateway.faults().get(0).getAsJsonObject().get("fired").getAsInt());
    assertEquals(0, gateway.transactions("VCMINVLSIP0").size());
  }

  private static Process startTill(String tid, String pence) throws IOException {
    String classes = System.getProperty("java.class.path");
    ProcessBuilder till = new ProcessBuilder("java", "-cp", classes, "Sale", tid, pence);
    till.environment().put("TILLGATE_URI", gateway.pac() + "&epos-id=TILL-1");
    return till.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static void waitFor(BufferedReader shown, String text) throws IOException {
    for (String line = shown.readLine(); line != null; line = shown.readLine()) {
      if (line.contains(text)) return;
    }
    throw new AssertionError("The till ended without \"" + text + "\"");
  }
}
