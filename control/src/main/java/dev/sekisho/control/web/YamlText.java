package dev.sekisho.control.web;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Maps, lists and scalars as YAML 1.2 in block style. Texts are JSON strings, which YAML reads as they are; words of
/// letters that YAML takes for nothing else stand bare.
final class YamlText {
    private static final String BARE = "[A-Za-z/$][A-Za-z0-9/_${}.-]*";
    private static final List<String> RESERVED = List.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

    private final StringBuilder text = new StringBuilder();

    private YamlText() {}

    static String of(Map<String, Object> document) {
        YamlText yaml = new YamlText();
        yaml.map(document, 0);
        return yaml.text.toString();
    }

    private void map(Map<?, ?> map, int depth) {
        // Maps without an order of their own differ from run to run.
        boolean ordered = map instanceof java.util.SequencedMap<?, ?> || map instanceof TreeMap<?, ?>;
        Map<?, ?> entries = ordered ? map : new TreeMap<>(map);
        entries.forEach((key, value) -> {
            indent(depth);
            text.append(scalar(key)).append(':');
            value(value, depth);
        });
    }

    private void value(Object value, int depth) {
        switch (value) {
            case Map<?, ?> map when map.isEmpty() -> text.append(" {}\n");
            case List<?> list when list.isEmpty() -> text.append(" []\n");
            case Map<?, ?> map -> {
                text.append('\n');
                map(map, depth + 1);
            }
            case List<?> list -> {
                text.append('\n');
                list(list, depth + 1);
            }
            default -> text.append(' ').append(scalar(value)).append('\n');
        }
    }

    private void list(List<?> list, int depth) {
        for (Object item : list) {
            indent(depth);
            text.append('-');
            if (item instanceof Map<?, ?> map && !map.isEmpty()) {
                int start = text.length();
                map(map, depth + 1);
                // The first key stands behind the dash.
                text.replace(start, start + 2 * (depth + 1), " ");
            } else {
                value(item, depth);
            }
        }
    }

    private void indent(int depth) {
        text.repeat("  ", depth);
    }

    private static String scalar(Object value) {
        return switch (value) {
            case String word when word.matches(BARE) && !RESERVED.contains(word) -> word;
            case String other -> Json.text(other);
            default -> String.valueOf(value);
        };
    }
}
