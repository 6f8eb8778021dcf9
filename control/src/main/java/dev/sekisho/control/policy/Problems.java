package dev.sekisho.control.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What is wrong with a file, and what is only odd. One owner thread.
///
/// Everything that leaves here is safe to show: what could be a secret is hidden, what isn't printable is
/// replaced and what is endless is cut, since values that users typed are part of the sentences.
final class Problems {
    /// Problems that are told one by one.
    static final int MAX = 20;

    private static final int MAX_CHARS = 300;

    /// 32 bytes as base64 or as hexadecimal digits, and base32 of the length of TOTP secrets in either case, also
    /// inside
    /// something longer.
    private static final Pattern SECRET =
            Pattern.compile("[A-Za-z0-9+/]{43,}=?|[0-9A-Fa-f]{64,}|[A-Z2-7]{16,}=*|[a-z2-7]{16,}=*");

    private record Problem(int line, String text) {}

    private final String file;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private int count;

    /// @param file the file's name as the user gave it
    Problems(String file) {
        this.file = file;
    }

    /// Notes an error.
    ///
    /// @param line from 1, or 0 for the file as a whole
    /// @param path the key, as `grants[0].weekly`; empty for none
    void add(int line, String path, String sentence) {
        count++;
        if (problems.size() < MAX) {
            problems.add(new Problem(line, text(line, path, sentence)));
        }
    }

    /// Notes something that works but deserves a look.
    void warn(int line, String path, String sentence) {
        if (warnings.size() < MAX) {
            warnings.add(text(line, path, sentence));
        }
    }

    /// Whether nothing is wrong so far.
    boolean isEmpty() {
        return count == 0;
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /// @throws PolicyFileException when anything is wrong
    void throwIfAny() {
        if (count == 0) {
            return;
        }
        problems.sort((a, b) -> Integer.compare(a.line, b.line));
        List<String> texts =
                new ArrayList<>(problems.stream().map(Problem::text).toList());
        if (count > problems.size()) {
            texts.add(file + ": and " + (count - problems.size()) + " more");
        }
        throw new PolicyFileException(texts);
    }

    private String text(int line, String path, String sentence) {
        String place = line == 0 ? file : file + ":" + line;
        return place + ": " + (path.isEmpty() ? "" : shown(path) + ": ") + shown(sentence);
    }

    /// The text without secrets and without anything that could forge a line.
    static String shown(String text) {
        String hidden = SECRET.matcher(text).replaceAll("(hidden)");
        StringBuilder safe = new StringBuilder(Math.min(hidden.length(), MAX_CHARS) + 3);
        hidden.codePoints().limit(MAX_CHARS).forEach(c -> safe.appendCodePoint(isPrintable(c) ? c : '?'));
        return hidden.length() > MAX_CHARS ? safe.append("...").toString() : safe.toString();
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
