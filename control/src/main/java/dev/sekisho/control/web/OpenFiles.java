package dev.sekisho.control.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// How many files and connections this process may have open (fault F15). Stateless; knows Linux only.
public final class OpenFiles {
    /// With less than this many the server takes so few connections that a few browsers may use them up.
    public static final int FEW = 1024;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path OPEN = Path.of("/proc/self/fd");
    private static final Pattern LIMIT = Pattern.compile("Max open files\\s+(\\d+)");

    private OpenFiles() {}

    /// How many it may have open; empty when that is not known, or there is no limit.
    public static OptionalLong limit() {
        try {
            Matcher matcher = LIMIT.matcher(Files.readString(LIMITS, StandardCharsets.US_ASCII));
            return matcher.find() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
        } catch (IOException e) {
            // Not Linux.
            return OptionalLong.empty();
        }
    }

    /// How many it has open now; 0 when that is not known.
    static long open() {
        try (Stream<Path> files = Files.list(OPEN)) {
            return files.count();
        } catch (IOException e) {
            // Not Linux.
            return 0;
        }
    }
}
