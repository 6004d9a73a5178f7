import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A restaurant till: java Tables FILE.json
 *
 * <p>The file holds the tables and what was paid, and is written before the next message is received.
 */
final class Tables implements Line.Handler {
  private static final String CURRENCY = "GBP";
  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  static final class Table {
    int total;
    String lockedBy;
    /** By paymentId, as the gateway told them. */
    Map<String, JsonObject> payments = new TreeMap<>();

    Table(int total) {
      this.total = total;
    }

    /** Gratuity comes on top of amountPaid; cashback is part of it and was handed out. */
    int left() {
      int left = total;
      for (JsonObject paid : payments.values()) {
        left -= paid.get("amountPaid").getAsInt() - paid.get("amountCashback").getAsInt();
      }
      return left;
    }
  }

  private final Path path;
  private final Map<String, Table> tables;

  private Tables(Path path) throws IOException {
    this.path = path;
    if (Files.exists(path)) {
      var type = new TypeToken<TreeMap<String, Table>>() {}.getType();
      tables = GSON.fromJson(Files.readString(path), type);
    } else {
      tables = new TreeMap<>(Map.of("1", new Table(2900), "12", new Table(6640)));
    }
  }

  public static void main(String[] args) throws Exception {
    Line line = new Line(Line.ADDRESS.replace("/pac?", "/pat?"), new Tables(Path.of(args[0])));
    try {
      line.start();
      line.closed().get();
    } catch (ExecutionException refused) {
      System.err.println("refused: " + refused.getCause().getMessage());
      System.exit(1);
    }
  }

  @Override
  public void onRequest(String method, JsonObject params, Consumer<Object> answer) {
    switch (method) {
      case "tableListRequest" -> answer.accept(list());
      case "tableLockRequest" -> answer.accept(lock(params));
      case "posReceiptRequest" -> answer.accept(bill(params));
      default -> System.err.println("unknown request " + method);
    }
  }

  @Override
  public void onNotification(String method, JsonObject params) throws IOException {
    switch (method) {
      case "transactionResponse" -> book(params);
      case "tableUnlock" -> unlock(params);
      default -> System.err.println("unknown notification " + method);
    }
  }

  private Object list() {
    List<String> unpaid =
        tables.entrySet().stream()
            .filter(table -> table.getValue().left() > 0)
            .map(Map.Entry::getKey)
            .collect(Collectors.toList());
    return Map.of("tables", unpaid, "currency", CURRENCY);
  }

  private Object lock(JsonObject params) {
    String tid = params.get("tid").getAsString();
    String tableId = params.get("tableId").getAsString();
    Table table = tables.get(tableId);
    if (table == null || (table.lockedBy != null && !table.lockedBy.equals(tid))) {
      return Map.of("confirmed", false, "userMessage", "This table is not available.");
    }
    table.lockedBy = tid;
    try {
      save();
    } catch (IOException full) {
      return Map.of("confirmed", false, "userMessage", "The till cannot save its tables.");
    }
    System.out.println(tid + " locks table " + tableId + ": " + table.left() + " to pay");
    return Map.of("confirmed", true, "amount", table.left(), "currency", CURRENCY);
  }

  private Object bill(JsonObject params) {
    String tableId = params.get("tableId").getAsString();
    Table table = tables.get(tableId);
    if (table == null) return Map.of("receiptLines", List.of());
    String toPay = String.format("%d.%02d", table.left() / 100, table.left() % 100);
    return Map.of(
        "receiptLines",
        List.of(
            Map.of("value", "Table " + tableId, "format", List.of("BOLD")),
            Map.of("value", String.format("To pay %17s", toPay))));
  }

  /** A payment may be told twice; its paymentId is booked once. */
  private void book(JsonObject params) throws IOException {
    String tableId = params.get("tableId").getAsString();
    // Money is booked even if this till has lost the table.
    Table table = tables.computeIfAbsent(tableId, lost -> new Table(0));
    for (JsonElement each : params.getAsJsonArray("payments")) {
      JsonObject payment = each.getAsJsonObject();
      boolean known =
          table.payments.put(payment.get("paymentId").getAsString(), payment) != null;
      String how = known ? " is booked already" : " is booked";
      System.out.println("table " + tableId + ": " + payment.get("amountPaid").getAsInt() + how);
    }
    save();
  }

  private void unlock(JsonObject params) throws IOException {
    String tid = params.get("tid").getAsString();
    Table table = tables.get(params.get("tableId").getAsString());
    // As a precaution the gateway also unlocks what this card machine does not hold.
    if (table == null || !tid.equals(table.lockedBy)) return;
    table.lockedBy = null;
    save();
    System.out.println(tid + " unlocks table " + params.get("tableId").getAsString());
  }

  private void save() throws IOException {
    Path next = Path.of(path + ".new");
    try (FileChannel file =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer text = ByteBuffer.wrap(GSON.toJson(tables).getBytes(StandardCharsets.UTF_8));
      while (text.hasRemaining()) file.write(text);
      file.force(true);
    }
    Files.move(next, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
