package dev.sekisho.control.resource.transfer;

import java.util.ArrayList;
import java.util.List;

/// Comma-separated values (RFC 4180). Reads what spreadsheets write, which is more: `;` and tab as separators, told by
/// the first line, any line end, blank lines, a mark of the byte order. One owner thread.
///
/// A quote belongs to the start of a cell, and inside it is written twice; anything else is an error, not a guess.
final class Csv {
    private static final char QUOTE = '"';
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String text;
    private final char separator;
    private int at;
    private int line = 1;

    /// A record.
    ///
    /// @param line on which it begins, counted from 1
    record Line(int line, List<String> cells) {
        Line {
            cells = List.copyOf(cells);
        }
    }

    Csv(String text) {
        this.text = text;
        this.at = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
        this.separator = separator(text);
    }

    /// The one of which the first line has most; commas before others.
    private static char separator(String text) {
        String first = text.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
        char best = ',';
        for (char candidate : new char[] {';', '\t'}) {
            if (count(first, candidate) > count(first, best)) {
                best = candidate;
            }
        }
        return best;
    }

    private static long count(String text, char wanted) {
        return text.chars().filter(c -> c == wanted).count();
    }

    /// Whether a record follows; blank lines are passed over.
    boolean hasNext() {
        while (at < text.length() && isLineEnd(text.charAt(at))) {
            passLineEnd();
        }
        return at < text.length();
    }

    /// The next record.
    ///
    /// @throws Fault.BrokenException when a quote is where none may be
    Line next() {
        int start = line;
        List<String> cells = new ArrayList<>();
        cells.add(cell());
        while (at < text.length() && text.charAt(at) == separator) {
            at++;
            cells.add(cell());
        }
        if (at < text.length()) {
            if (!isLineEnd(text.charAt(at))) {
                throw broken(line, "something stands behind the quote that ends a value");
            }
            passLineEnd();
        }
        return new Line(start, cells);
    }

    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r';
    }

    private void passLineEnd() {
        boolean two = text.startsWith("\r\n", at);
        at += two ? 2 : 1;
        line++;
    }

    private String cell() {
        if (at < text.length() && text.charAt(at) == QUOTE) {
            return quoted();
        }
        int start = at;
        while (at < text.length() && text.charAt(at) != separator && !isLineEnd(text.charAt(at))) {
            if (text.charAt(at) == QUOTE) {
                throw broken(line, "a quote stands inside a value: put the value in quotes, and that one twice");
            }
            at++;
        }
        return text.substring(start, at);
    }

    private String quoted() {
        int start = line;
        StringBuilder cell = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            boolean isQuote = c == QUOTE;
            if (isQuote && (at == text.length() || text.charAt(at) != QUOTE)) {
                return cell.toString();
            }
            if (isQuote) {
                at++;
            }
            if (c == '\n' || (c == '\r' && !text.startsWith("\n", at))) {
                line++;
            }
            cell.append(c);
        }
        throw broken(start, "a quote is never closed");
    }

    private static Fault.BrokenException broken(int line, String sentence) {
        return new Fault.BrokenException(new Fault(line, "", sentence));
    }

    /// A record as text, with its line end.
    static String record(List<String> cells) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            text.append(i == 0 ? "" : ",").append(written(cells.get(i)));
        }
        return text.append("\r\n").toString();
    }

    /// In quotes, when a reader could take it for something else.
    private static String written(String cell) {
        boolean needsQuotes = !cell.strip().equals(cell)
                || cell.chars().anyMatch(c -> ",;\"\t\r\n".indexOf(c) >= 0 || c == BYTE_ORDER_MARK);
        return needsQuotes ? QUOTE + cell.replace("\"", "\"\"") + QUOTE : cell;
    }
}
