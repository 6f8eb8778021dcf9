package dev.sekisho.it;

import dev.sekisho.it.lab.Command;
import dev.sekisho.it.lab.Implementation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/// What is under test, by the system properties `it.subject` (`sekisho`, or a wireguard-go to check the harness
/// itself),
/// `it.counterpart` (a wireguard-go) and `sekisho.home`.
final class Subject {
    private static final String OURS = "sekisho";

    private Subject() {}

    /// The implementation under test. The first call lets the launcher build, if it has to.
    static Implementation implementation() {
        return isOurs() ? Built.OURS : foreign(property("it.subject"));
    }

    /// The one that it has to get on with.
    static Implementation counterpart() {
        return foreign(property("it.counterpart"));
    }

    /// The path of that program.
    static String counterpartProgram() {
        return property("it.counterpart");
    }

    /// False when the harness is being checked with a wireguard-go in our place.
    static boolean isOurs() {
        return property("it.subject").equals(OURS);
    }

    /// The program that wg-quick calls.
    static String dropIn() {
        return isOurs() ? home().resolve("sekisho-wg").toString() : property("it.subject");
    }

    private static final class Built {
        static final Implementation OURS = build();

        private static Implementation build() {
            Command.of(launcher(), "genkey")
                    .withLimit(Duration.ofMinutes(5))
                    .run()
                    .orThrow();
            return Implementation.sekisho(home());
        }
    }

    private static Implementation foreign(String program) {
        return new Implementation("wireguard-go", program + " -f %i");
    }

    /// The folder of the launchers.
    static Path home() {
        return Path.of(property("sekisho.home")).toAbsolutePath().normalize();
    }

    /// The path of `./sekisho`.
    static String launcher() {
        return home().resolve("sekisho").toString();
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name);
    }
}
