package dev.sekisho.control.resource.transfer;

import java.util.ArrayList;
import java.util.List;

/// What stands in a cell of a CSV file. Each of the two pairs undoes itself exactly. Stateless.
///
/// A spreadsheet runs what begins with `=`, `+`, `-` or `@` (OWASP, "CSV Injection"), also behind a tab or a line end,
/// and in its wide forms. Such a text gets an apostrophe in front, and so does one that begins with apostrophes before
/// one of these; one apostrophe is taken away from what begins so when it is read.
final class Cells {
    private static final String DANGEROUS = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";
    private static final char GUARD = '\'';
    private static final char SEPARATOR = ';';
    private static final char ESCAPE = '\\';

    private Cells() {}

    private static int guards(String text) {
        int count = 0;
        while (count < text.length() && text.charAt(count) == GUARD) {
            count++;
        }
        return count;
    }

    private static boolean isDangerousAt(String text, int index) {
        return index < text.length() && DANGEROUS.indexOf(text.charAt(index)) >= 0;
    }

    /// A text as it is written.
    static String guarded(String text) {
        return isDangerousAt(text, guards(text)) ? GUARD + text : text;
    }

    /// The text of what was written.
    static String unguarded(String cell) {
        int guards = guards(cell);
        return guards > 0 && isDangerousAt(cell, guards) ? cell.substring(1) : cell;
    }

    /// Texts in one cell, separated by `;`; a backslash stands before one of these two in a text.
    static String joined(List<String> texts) {
        StringBuilder cell = new StringBuilder();
        for (String text : texts) {
            if (!cell.isEmpty()) {
                cell.append(SEPARATOR);
            }
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == SEPARATOR || c == ESCAPE) {
                    cell.append(ESCAPE);
                }
                cell.append(c);
            }
        }
        return cell.toString();
    }

    /// The texts of a cell, without blanks at their ends; empty ones are none.
    static List<String> parts(String cell) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < cell.length(); i++) {
            char c = cell.charAt(i);
            if (c == SEPARATOR) {
                add(parts, part);
            } else {
                boolean escapes = c == ESCAPE && i + 1 < cell.length();
                part.append(escapes ? cell.charAt(++i) : c);
            }
        }
        add(parts, part);
        return parts;
    }

    private static void add(List<String> parts, StringBuilder part) {
        String text = part.toString().strip();
        if (!text.isEmpty()) {
            parts.add(text);
        }
        part.setLength(0);
    }
}
