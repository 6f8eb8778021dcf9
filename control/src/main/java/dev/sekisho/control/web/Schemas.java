package dev.sekisho.control.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/// JSON Schema (2020-12) of records, as [Json] writes and reads them: components are properties, those that are not
/// `Optional` are required. Owner: one thread.
final class Schemas {
    private static final String COMPONENTS = "#/components/schemas/";

    private final Map<String, Object> named = new TreeMap<>();
    private final Map<Class<?>, String> names = new HashMap<>();

    /// The schemas that have names.
    Map<String, Object> named() {
        return named;
    }

    /// The schema of a type; of a record, a reference to it.
    Map<String, Object> of(Type type) {
        return switch (type) {
            case Class<?> plain -> ofClass(plain);
            case ParameterizedType generic -> ofGeneric(generic);
            case WildcardType wildcard -> of(wildcard.getUpperBounds()[0]);
            default -> throw new IllegalArgumentException("no schema for " + type);
        };
    }

    private Map<String, Object> ofGeneric(ParameterizedType generic) {
        Class<?> raw = (Class<?>) generic.getRawType();
        Type[] arguments = generic.getActualTypeArguments();
        if (raw == Optional.class) {
            return of(arguments[0]);
        }
        if (Collection.class.isAssignableFrom(raw)) {
            return array(of(arguments[0]));
        }
        if (Map.class.isAssignableFrom(raw)) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("type", "object");
            map.put("additionalProperties", of(arguments[1]));
            return map;
        }
        return ofClass(raw);
    }

    private Map<String, Object> ofClass(Class<?> type) {
        if (type == String.class || type == char.class) {
            return simple("string");
        }
        if (type == boolean.class || type == Boolean.class) {
            return simple("boolean");
        }
        if (type == int.class || type == Integer.class || type == OptionalInt.class) {
            return format("integer", "int32");
        }
        if (type == long.class || type == Long.class || type == OptionalLong.class) {
            return format("integer", "int64");
        }
        if (type == double.class || type == Double.class) {
            return simple("number");
        }
        if (type == Instant.class) {
            return format("string", "date-time");
        }
        if (type == LocalDate.class) {
            return format("string", "date");
        }
        if (type == LocalTime.class) {
            return format("string", "time");
        }
        if (type == Duration.class) {
            return format("string", "duration");
        }
        if (type == byte[].class) {
            return format("string", "byte");
        }
        if (type.isEnum()) {
            return enumeration(type);
        }
        if (type.isRecord()) {
            return record(type);
        }
        // Any JSON value, such as what browsers define.
        return new LinkedHashMap<>();
    }

    private static Map<String, Object> enumeration(Class<?> type) {
        List<String> values =
                Arrays.stream(type.getEnumConstants()).map(Schemas::json).toList();
        Map<String, Object> schema = simple("string");
        schema.put("enum", values);
        return schema;
    }

    private static String json(Object constant) {
        String text = Json.text(constant);
        return text.substring(1, text.length() - 1);
    }

    private Map<String, Object> record(Class<?> type) {
        for (Method method : type.getMethods()) {
            if (method.isAnnotationPresent(JsonValue.class)) {
                return of(method.getGenericReturnType());
            }
        }
        String name = names.get(type);
        if (name == null) {
            name = freeName(type);
            names.put(type, name);
            // First, for a record may hold itself.
            Map<String, Object> schema = new LinkedHashMap<>();
            named.put(name, schema);
            fill(schema, type);
        }
        return reference(name);
    }

    private void fill(Map<String, Object> schema, Class<?> type) {
        schema.put("type", "object");
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = Optional.ofNullable(component.getAccessor().getAnnotation(JsonProperty.class))
                    .map(JsonProperty::value)
                    .filter(value -> !value.isEmpty())
                    .orElse(component.getName());
            properties.put(name, of(component.getGenericType()));
            if (!isOptional(component.getType())) {
                required.add(name);
            }
        }
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
    }

    private static boolean isOptional(Class<?> type) {
        return type == Optional.class || type == OptionalInt.class || type == OptionalLong.class;
    }

    /// The simple name; with the enclosing class or the package before it when another record has that one.
    private String freeName(Class<?> type) {
        String simple = type.getSimpleName();
        if (!named.containsKey(simple)) {
            return simple;
        }
        Class<?> outer = type.getEnclosingClass();
        String[] packages = type.getPackageName().split("\\.", -1);
        String prefix = outer == null ? capital(packages[packages.length - 1]) : outer.getSimpleName();
        String name = prefix + simple;
        if (named.containsKey(name)) {
            throw new IllegalArgumentException("two records are called " + name + ": rename one");
        }
        return name;
    }

    private static String capital(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    static Map<String, Object> reference(String name) {
        Map<String, Object> reference = new LinkedHashMap<>();
        reference.put("$ref", COMPONENTS + name);
        return reference;
    }

    /// A page of something.
    static Map<String, Object> page(Map<String, Object> item) {
        Map<String, Object> schema = list(item);
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("items", array(item));
        properties.put("next", simple("string"));
        properties.put("total", format("integer", "int64"));
        schema.put("properties", properties);
        schema.put("required", List.of("items", "total"));
        return schema;
    }

    /// All of something.
    static Map<String, Object> list(Map<String, Object> item) {
        Map<String, Object> schema = simple("object");
        schema.put("properties", Map.of("items", array(item)));
        schema.put("required", List.of("items"));
        return schema;
    }

    private static Map<String, Object> array(Map<String, Object> item) {
        Map<String, Object> schema = simple("array");
        schema.put("items", item);
        return schema;
    }

    private static Map<String, Object> simple(String type) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", type);
        return schema;
    }

    private static Map<String, Object> format(String type, String format) {
        Map<String, Object> schema = simple(type);
        schema.put("format", format);
        return schema;
    }
}
