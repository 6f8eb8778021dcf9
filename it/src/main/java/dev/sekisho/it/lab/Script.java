package dev.sekisho.it.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// The small Python programs beside this class: what Java's sockets cannot do (`IP_TRANSPARENT`), and what should start
/// faster than a JVM. Each says in its first lines what it takes and prints. Constants are thread-safe.
public enum Script {
    /// A machine behind the checkpoint.
    TARGET,
    /// A transparent proxy's front.
    PROXY,
    /// A client that says what came back.
    PROBE,
    /// One request to the server's API.
    REST,
    /// A mail server and a webhook.
    INBOX,
    /// A machine with a download that does not end.
    STREAM;

    private static final Duration READY_LIMIT = Duration.ofSeconds(20);

    /// Its command in a namespace.
    ///
    /// @param folder where the program may be put
    public Command in(Namespace namespace, Path folder, String... words) {
        var line = new ArrayList<>(List.of("python3", unpack(folder).toString()));
        line.addAll(List.of(words));
        return namespace.command(line);
    }

    /// A program that serves; returns when it is ready.
    public Child serve(Namespace namespace, Path folder, String... words) {
        return in(namespace, folder, words).start().awaitOutput("ready", READY_LIMIT);
    }

    private Path unpack(Path folder) {
        String file = name().toLowerCase(Locale.ROOT) + ".py";
        Path unpacked = folder.resolve(file);
        try (InputStream source = Objects.requireNonNull(Script.class.getResourceAsStream(file), file)) {
            Files.copy(source, unpacked, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return unpacked;
    }
}
