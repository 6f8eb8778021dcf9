package dev.sekisho.control.server;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Bodies for a record of the API: one of the right types, and many with one thing wrong.
final class BodyMaker {
    /// What no field should take down the server: wrong types, long and odd texts, scripts, SQL, line ends.
    static final List<Object> ODD = List.of(
            -1,
            1e300,
            true,
            List.of(List.of(1)),
            Map.of("a", Map.of()),
            "",
            " ",
            "x".repeat(70_000),
            "nul\u0000nul",
            "lone \ud800 half",
            "line\r\nX-Injected: yes",
            "<script>alert(1)</script>",
            "' OR '1'='1'; DROP TABLE app_user; --",
            "../../../../etc/passwd",
            "\u202Eright to left",
            "9".repeat(40));

    private BodyMaker() {}

    /// One with every field of the right type.
    static Map<String, Object> plain(Class<?> type) {
        Map<String, Object> body = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            body.put(component.getName(), value(component.getGenericType()));
        }
        return body;
    }

    private static Object value(Type type) {
        if (type instanceof ParameterizedType generic) {
            Class<?> raw = (Class<?>) generic.getRawType();
            if (raw == Optional.class) {
                return value(generic.getActualTypeArguments()[0]);
            }
            return Collection.class.isAssignableFrom(raw) ? List.of() : Map.of();
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return plain(plain);
        }
        if (plain.isEnum()) {
            return plain.getEnumConstants()[0].toString();
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return false;
        }
        if (plain == Instant.class) {
            return "2031-01-01T00:00:00Z";
        }
        return plain.isPrimitive() || Number.class.isAssignableFrom(plain) ? 60 : "x";
    }

    /// One for each odd text, in all fields that are texts.
    static List<Map<String, Object>> oddTexts(Class<?> type) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Object odd : ODD) {
            Map<String, Object> body = plain(type);
            body.replaceAll((_, value) -> value instanceof String && odd instanceof String ? odd : value);
            all.add(body);
        }
        for (String field : plain(type).keySet()) {
            all.add(with(plain(type), field, "\u0000"));
            all.add(with(plain(type), field, "lone \ud800 half"));
        }
        return all;
    }

    /// Many, each with one field wrong, missing, null, or one too many.
    static List<Map<String, Object>> wrong(Class<?> type) {
        List<Map<String, Object>> all = new ArrayList<>();
        Map<String, Object> plain = plain(type);
        for (String field : plain.keySet()) {
            for (Object odd : ODD) {
                all.add(with(plain, field, odd));
            }
            all.add(with(plain, field, List.of("nul\u0000", "<b>", "' --")));
            all.add(with(plain, field, null));
            Map<String, Object> less = new LinkedHashMap<>(plain);
            less.remove(field);
            all.add(less);
        }
        for (String more : List.of("id", "version", "admin", "permissionsAdded", "__proto__", "@class")) {
            if (!plain.containsKey(more)) {
                all.add(with(plain, more, "u1"));
            }
        }
        return all;
    }

    private static Map<String, Object> with(Map<String, Object> plain, String field, @Nullable Object value) {
        Map<String, Object> copy = new LinkedHashMap<>(plain);
        copy.put(field, value);
        return copy;
    }
}
