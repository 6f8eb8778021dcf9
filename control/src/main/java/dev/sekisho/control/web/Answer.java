package dev.sekisho.control.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a handler answers when it is more than a value. Immutable.
///
/// @param status the HTTP status
/// @param body becomes JSON; `byte[]` goes out as it is, with the content type among the headers; empty = no body
/// @param headers by name
public record Answer(int status, Optional<Object> body, Map<String, String> headers) {
    public Answer {
        headers = Map.copyOf(headers);
    }

    /// 200.
    public static Answer of(Object body) {
        return new Answer(200, Optional.of(body), Map.of());
    }

    /// 201 for something new.
    ///
    /// @param location its path
    public static Answer created(String location, Object body) {
        return new Answer(201, Optional.of(body), Map.of("Location", location));
    }

    /// 202: it is under way.
    public static Answer accepted(Object body) {
        return new Answer(202, Optional.of(body), Map.of());
    }

    /// 204.
    public static Answer none() {
        return new Answer(204, Optional.empty(), Map.of());
    }

    /// Something to be kept as a file.
    ///
    /// @param body bytes, a [Download] or [Streamed]
    public static Answer file(String name, String contentType, Object body) {
        return new Answer(
                200,
                Optional.of(body),
                Map.of(
                        "Content-Type",
                        contentType,
                        "Content-Disposition",
                        "attachment; filename=\"" + name.replaceAll("[^A-Za-z0-9._-]", "_") + "\""));
    }

    /// The same with the version of what is shown, for `If-Match`.
    public Answer version(long version) {
        return header("ETag", "\"" + version + "\"");
    }

    /// The same with a header more.
    public Answer header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, body, more);
    }
}
