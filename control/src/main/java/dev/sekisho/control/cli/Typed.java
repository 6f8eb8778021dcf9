package dev.sekisho.control.cli;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/// What is typed and must not be seen: on the terminal without echo, else from standard input.
final class Typed {
    private static final int MAX_BYTES = 1 << 20;

    private Typed() {}

    /// One line.
    ///
    /// @param what it is, for the prompt
    /// @throws CommandFailure when there is none
    static String line(String what) throws IOException {
        return isTerminal() ? prompt(what) : required(what, readLine());
    }

    /// A new one: on the terminal typed twice.
    static String fresh(String what) throws IOException {
        if (!isTerminal()) {
            return required(what, readLine());
        }
        String first = prompt(what);
        if (!first.equals(prompt(what + " again"))) {
            throw new CommandFailure("the two are not the same");
        }
        return first;
    }

    /// A value that may have several lines; a newline at its end does not belong to it.
    static String value(String what) throws IOException {
        if (isTerminal()) {
            return prompt(what);
        }
        return whole(what, System.in);
    }

    /// A value that stands in a file.
    ///
    /// @param name of the file; `-` is standard input
    static String file(String what, String name) throws IOException {
        if (name.equals("-")) {
            return whole(what, System.in);
        }
        try (InputStream in = Files.newInputStream(Path.of(name))) {
            return whole(what, in);
        } catch (NoSuchFileException e) {
            throw new CommandFailure("there is no file " + name);
        }
    }

    /// A newline at its end does not belong to it.
    private static String whole(String what, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new CommandFailure(what + " is too long");
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        Arrays.fill(bytes, (byte) 0);
        return required(what, text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    }

    private static String required(String what, String text) {
        if (text.isEmpty()) {
            throw new CommandFailure("no " + what + " was given: it is read from standard input");
        }
        return text;
    }

    /// Byte by byte, so that the next line is there for the next question.
    private static String readLine() throws IOException {
        byte[] line = new byte[MAX_BYTES];
        int length = 0;
        for (int b = System.in.read(); b >= 0 && b != '\n' && length < MAX_BYTES; b = System.in.read()) {
            line[length++] = (byte) b;
        }
        String text = new String(line, 0, length, StandardCharsets.UTF_8).replaceFirst("\r$", "");
        Arrays.fill(line, (byte) 0);
        return text;
    }

    /// JDK 25 gives no console again when there is no terminal.
    @SuppressWarnings("SystemConsoleNull")
    static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /// Only where there is a terminal.
    @SuppressWarnings("SystemConsoleNull")
    private static String prompt(String what) {
        char[] typed = Objects.requireNonNull(System.console()).readPassword("%s: ", what);
        if (typed == null || typed.length == 0) {
            throw new CommandFailure("no " + what + " was given");
        }
        String text = new String(typed);
        Arrays.fill(typed, '\0');
        return text;
    }
}
