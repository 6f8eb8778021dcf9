package dev.sekisho.control.state;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/// What a device tried in vain: evidence of a lock. Immutable. As text a line, `10.0.1.5:443 2026-01-05T10:00:00.123Z`.
///
/// @param destination address and port, `10.0.1.5:443` or `[fd00::5]:443`; port 0 for a ping
/// @param at when it was last tried; empty in evidence that was kept before times were
public record Attempt(String destination, Optional<Instant> at) {
    public Attempt {
        if (destination.isEmpty() || destination.chars().anyMatch(c -> c <= ' ')) {
            throw new IllegalArgumentException("'" + destination + "' is no destination");
        }
    }

    /// One whose time is not known.
    public static Attempt of(String destination) {
        return new Attempt(destination, Optional.empty());
    }

    /// One at a moment.
    public static Attempt of(String destination, long epochMillis) {
        return new Attempt(destination, Optional.of(Instant.ofEpochMilli(epochMillis)));
    }

    /// Reads a line.
    ///
    /// @throws IllegalArgumentException when it is none
    public static Attempt parse(String line) {
        int space = line.indexOf(' ');
        try {
            return space < 0
                    ? of(line)
                    : new Attempt(line.substring(0, space), Optional.of(Instant.parse(line.substring(space + 1))));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + line + "' is no destination with a time", e);
        }
    }

    /// The line.
    public String line() {
        return at.map(moment -> destination + " " + moment).orElse(destination);
    }
}
