package dev.sekisho.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A command line to run to its end ([#run]) or to leave running ([#start]). Immutable.
///
/// @param words the program and its arguments
/// @param environment variables added to our own
/// @param input text for its standard input
/// @param limit how long [#run] waits before it ends the process and throws
public record Command(List<String> words, Map<String, String> environment, String input, Duration limit) {
    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);

    public Command {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    public static Command of(String... words) {
        return of(List.of(words));
    }

    public static Command of(List<String> words) {
        return new Command(words, Map.of(), "", DEFAULT_LIMIT);
    }

    public Command withInput(String text) {
        return new Command(words, environment, text, limit);
    }

    public Command withLimit(Duration newLimit) {
        return new Command(words, environment, input, newLimit);
    }

    public Command withEnvironment(String name, String value) {
        var more = new LinkedHashMap<>(environment);
        more.put(name, value);
        return new Command(words, more, input, limit);
    }

    /// Runs it to its end.
    ///
    /// @throws LabException when it cannot start or outlives its limit
    public Outcome run() {
        Path out = temporary(".out");
        Path err = temporary(".err");
        try {
            Process process = builder()
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // A command that ends without reading its input closes the pipe: its exit code tells the story.
                if (process.isAlive()) {
                    throw e;
                }
            }
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new LabException(this + " did not end within " + limit + ": " + Files.readString(err));
            }
            return new Outcome(toString(), process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new LabException("cannot run " + this, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for " + this, e);
        } finally {
            delete(out);
            delete(err);
        }
    }

    /// Leaves it running; the caller owns and closes the child.
    public Child start() {
        Path log = temporary(".log");
        try {
            Process process = builder()
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new Child(toString(), process, log);
        } catch (IOException e) {
            delete(log);
            throw new LabException("cannot start " + this, e);
        }
    }

    private ProcessBuilder builder() {
        var builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        return builder;
    }

    private static Path temporary(String suffix) {
        try {
            return Files.createTempFile("skit", suffix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
