package dev.sekisho.control.alert;

import dev.sekisho.control.web.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Texts with `{{names}}` in them. A name that is not known becomes nothing; a value is never read as a template; what
/// is put in is escaped for the place where it stands. No expressions: a template can't compute, loop or read.
final class Templates {
    private static final Pattern NAME = Pattern.compile("\\{\\{\\s*([A-Za-z][A-Za-z0-9_]{0,40})\\s*}}");
    private static final Pattern HEADER = Pattern.compile("([A-Za-z0-9-]{1,60}):\\s*(.*)");

    private Templates() {}

    /// Fills in plain text; line breaks and control characters of values become spaces.
    static String text(String template, Map<String, String> values) {
        return fill(template, values, value -> value.replaceAll("[\\p{Cntrl}\\u202a-\\u202e\\u2066-\\u2069]", " "));
    }

    /// Fills in a JSON text; values are escaped for inside of its strings.
    static String json(String template, Map<String, String> values) {
        return fill(template, values, value -> {
            String quoted = Json.text(value);
            return quoted.substring(1, quoted.length() - 1);
        });
    }

    private static String fill(String template, Map<String, String> values, UnaryOperator<String> escape) {
        return NAME.matcher(template)
                .replaceAll(match -> Matcher.quoteReplacement(escape.apply(values.getOrDefault(match.group(1), ""))));
    }

    /// Headers, one per line: `Name: value`.
    ///
    /// @throws IllegalArgumentException when a line is none
    static Map<String, String> headers(String lines) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : lines.split("\\R", -1)) {
            if (line.isBlank()) {
                continue;
            }
            Matcher matcher = HEADER.matcher(line.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException("headers are lines such as Authorization: Bearer token");
            }
            String name = matcher.group(1);
            if (name.equalsIgnoreCase("Host") || name.equalsIgnoreCase("Content-Length")) {
                throw new IllegalArgumentException("the headers Host and Content-Length are set by the server");
            }
            headers.put(name, matcher.group(2));
        }
        return headers;
    }
}
