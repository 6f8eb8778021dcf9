package dev.sekisho.it.lab;

import dev.sekisho.it.traffic.TrafficMain;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.math.ec.rfc7748.X25519;

/// Starts the programs of [dev.sekisho.it.traffic.TrafficMain] inside a namespace, each in a small JVM of its own.
public final class Traffic {
    private static final Duration READY_LIMIT = Duration.ofSeconds(20);

    private Traffic() {}

    /// The command of one program.
    public static Command in(Namespace namespace, String... words) {
        var line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                codeOf(TrafficMain.class) + ":" + codeOf(X25519.class),
                TrafficMain.class.getName()));
        line.addAll(List.of(words));
        return namespace.command(line);
    }

    /// A program that serves; returns when it is ready.
    public static Child serve(Namespace namespace, String... words) {
        return in(namespace, words).start().awaitOutput("ready", READY_LIMIT);
    }

    private static String codeOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new LabException("odd location of " + type, e);
        }
    }
}
