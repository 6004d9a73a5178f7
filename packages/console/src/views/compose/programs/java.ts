// A message as a program in Java, on the WebSocket of the JDK. Pure.

import type { ProgramParts } from './program-parts.ts';
import { indented, urlText } from './program-parts.ts';

export function javaProgram(parts: ProgramParts): string {
  return `// Java 17 or newer with Gson: java -cp gson.jar SendMessage.java
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

class SendMessage implements WebSocket.Listener {
    static final String URL = ${urlText(parts, 'System.getenv("TILLGATE_TOKEN")')};
    static final String MESSAGE = """
${indented(escaped(parts.message), '        ')}
        """;

    private final CompletableFuture<Void> answered = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();

    public static void main(String[] args) {
        var listener = new SendMessage();
        var opening = HttpClient.newHttpClient().newWebSocketBuilder();
        var socket = opening.buildAsync(URI.create(URL), listener).join();
        socket.sendText(MESSAGE, true).join();
        listener.answered.join();
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            System.out.println(text);
            var message = JsonParser.parseString(text.toString());
            text.setLength(0);
            // Progress and questions of the gateway have a method, the answer has none.
            var isAnswer = !message.isJsonObject() || !message.getAsJsonObject().has("method");
            if (isAnswer) answered.complete(null);
        }
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        answered.completeExceptionally(new IOException("The connection ended: " + code + " " + reason));
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable cause) {
        answered.completeExceptionally(cause);
    }
}
`;
}

/** For a text block. */
function escaped(message: string): string {
  return message.replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"');
}
