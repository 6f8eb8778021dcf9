package dev.sekisho.control.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Runs `ip`, the one program that the demo needs beside the JVM. Thread-safe: no state.
final class Ip {
    private static final int MAX_OUTPUT_BYTES = 1 << 20;

    private Ip() {}

    /// Runs `ip` with these arguments and returns what it printed.
    ///
    /// @throws DemoException when it isn't installed or fails
    static String run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new DemoException(String.join(" ", command) + " failed: " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new DemoException("the program 'ip' can't be run; install iproute2 (" + e.getMessage() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted while running " + String.join(" ", command));
        }
    }

    /// Names of all named network namespaces.
    static List<String> namespaces() {
        try (Stream<String> lines = run("netns", "list").lines()) {
            return lines.map(line -> line.split(" ", 2)[0]).toList();
        }
    }
}
