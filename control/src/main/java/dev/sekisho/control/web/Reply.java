package dev.sekisho.control.web;

import dev.sekisho.control.store.Page;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a handler gave, as it goes out. Immutable, also as JSON.
///
/// @param status the HTTP status
/// @param headers by name, with `Content-Type` when there is a body
/// @param body empty when there is none; the owner does not change it
record Reply(int status, Map<String, String> headers, Optional<byte[]> body) {
    Reply {
        headers = Map.copyOf(headers);
    }

    /// From a handler's result.
    static Reply of(Object result) {
        Answer answer = result instanceof Answer whole ? whole : Answer.of(result);
        Map<String, String> headers = new LinkedHashMap<>(answer.headers());
        if (answer.body().isEmpty()) {
            return new Reply(answer.status(), headers, Optional.empty());
        }
        if (answer.body().get() instanceof byte[] bytes) {
            headers.putIfAbsent("Content-Type", "application/octet-stream");
            return new Reply(answer.status(), headers, Optional.of(bytes));
        }
        headers.put("Content-Type", "application/json");
        return new Reply(
                answer.status(),
                headers,
                Optional.of(Json.bytes(document(answer.body().get()))));
    }

    private static Object document(Object result) {
        return switch (result) {
            case Page<?> page -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("items", page.items());
                page.next().ifPresent(next -> json.put("next", JavalinRequest.encode(next)));
                json.put("total", page.total());
                yield json;
            }
            case List<?> list -> Map.of("items", list);
            default -> result;
        };
    }

    /// The same with a header more.
    Reply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, more, body);
    }

    /// Answers with it.
    void send(Context context) {
        context.status(status);
        headers.forEach(context::header);
        body.ifPresent(bytes -> {
            // Else what is longer than a buffer goes out in chunks.
            context.res().setContentLengthLong(bytes.length);
            context.result(bytes);
        });
    }
}
