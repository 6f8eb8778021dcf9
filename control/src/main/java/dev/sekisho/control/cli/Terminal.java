package dev.sekisho.control.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Whether standard output is for eyes or for a pipe.
final class Terminal {
    private static final Path STDOUT = Path.of("/proc/self/fd/1");

    private Terminal() {}

    /// Whether colours are wanted: as `WG_COLOR_MODE` says (always, never), else on a terminal.
    static boolean wantsColours(Map<String, String> environment) {
        return switch (environment.getOrDefault("WG_COLOR_MODE", "auto")) {
            case "always" -> true;
            case "never" -> false;
            default -> isTerminal() && !environment.containsKey("NO_COLOR");
        };
    }

    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(STDOUT).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }
}
