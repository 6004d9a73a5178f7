// Reads messages into generated classes and writes them again: lines of a class name, a tab and JSON to lines of JSON.

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

public final class ReadAndWrite {
    public static void main(String[] arguments) throws Exception {
        var mapper = new ObjectMapper();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line; (line = lines.readLine()) != null; ) {
            var parts = line.split("\t", 2);
            var message = mapper.readValue(parts[1], Class.forName("tillgate." + parts[0]));
            out.println(mapper.writeValueAsString(message));
        }
    }
}
