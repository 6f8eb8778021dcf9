package dev.sekisho.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A process that we started and still own. Its output (both streams) is kept in a file until [#close].
public final class Child implements AutoCloseable {
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final String command;
    private final Process process;
    private final Path log;

    Child(String command, Process process, Path log) {
        this.command = command;
        this.process = process;
        this.log = log;
    }

    public long pid() {
        return process.pid();
    }

    /// The file that it prints into.
    public Path log() {
        return log;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// All that it has printed so far.
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits until it has printed `text`.
    ///
    /// @throws AssertionError when it ends or the limit passes first
    public Child awaitOutput(String text, Duration limit) {
        Await.until(
                () -> command + " prints \"" + text + "\"; it printed: " + output(),
                limit,
                () -> output().contains(text) || !isAlive());
        if (!output().contains(text)) {
            throw new AssertionError(command + " ended without printing \"" + text + "\": " + output());
        }
        return this;
    }

    /// Waits for its own end and returns what it left.
    ///
    /// @throws AssertionError when it is still alive at the limit
    public Outcome awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(command + " is still alive after " + limit + ": " + output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for " + command, e);
        }
        return new Outcome(command, process.exitValue(), output(), "");
    }

    /// SIGTERM, then waits for its end.
    public Outcome terminate() {
        process.destroy();
        return awaitEnd(END_LIMIT);
    }

    /// SIGKILL, then waits for its end.
    public Outcome kill() {
        process.destroyForcibly();
        return awaitEnd(END_LIMIT);
    }

    /// Ends the process and what it started itself, and forgets its output.
    @Override
    public void close() {
        var descendants = process.descendants().toList();
        process.destroy();
        if (!Await.holdsWithin(END_LIMIT, () -> !process.isAlive())) {
            process.destroyForcibly();
        }
        descendants.forEach(ProcessHandle::destroyForcibly);
        Command.delete(log);
    }
}
