package dev.sekisho.control.web;

import dev.sekisho.policy.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// One operation of the API as a value: what serves it, who may use it, and all that the OpenAPI document says of it.
/// Immutable; made by [#get] and the like, then completed by the `with`-less methods that each give a copy.
///
/// Records that are bodies or answers are described by their components: `Optional` ones may be missing, all others
/// are required; an `Instant` is a date-time, an enum its names.
///
/// @param method GET, POST, PUT, PATCH or DELETE
/// @param path below `/api/v1`, parameters in braces: `/users/{id}`
/// @param summary a short sentence without a full stop; the operation's name in documents
/// @param access who may use it
/// @param query the query parameters
/// @param form the fields of the form that is sent, if one is
/// @param body the record that is sent, if one is
/// @param upload the file that is sent, if one is
/// @param answer what comes back
/// @param handler serves it
public record Route(
        String method,
        String path,
        String summary,
        Access access,
        List<Parameter> query,
        List<Parameter> form,
        Optional<Class<?>> body,
        Optional<Upload> upload,
        Shape answer,
        Handler handler) {
    /// Where all routes are.
    public static final String BASE = "/api/v1";

    /// A parameter of the query, or a field of a form.
    ///
    /// @param name its name
    /// @param description what it does, a short sentence
    public record Parameter(String name, String description) {}

    /// A file that is sent as it is.
    ///
    /// @param maxBytes of it
    /// @param contentTypes of which it is one
    public record Upload(int maxBytes, List<String> contentTypes) {
        public Upload {
            contentTypes = List.copyOf(contentTypes);
        }
    }

    /// What comes back.
    public sealed interface Shape {
        /// 204, without a body.
        record Nothing() implements Shape {}

        /// One record.
        record One(Class<?> type) implements Shape {}

        /// A [dev.sekisho.control.store.Page] of records; the route has the query parameters `limit` and `cursor`.
        record PageOf(Class<?> type) implements Shape {}

        /// All of a short list, as `{"items": [...]}` without `next`.
        record ListOf(Class<?> type) implements Shape {}

        /// Something else than JSON.
        record Raw(String contentType) implements Shape {}

        /// Server-sent events; they are sent by [EventStream].
        record Events() implements Shape {}
    }

    /// Serves a route. Runs on a virtual thread and may wait.
    @FunctionalInterface
    public interface Handler {
        /// Serves one request.
        ///
        /// @return the body, an [Answer], a [dev.sekisho.control.store.Page], or a `List` for [Shape.ListOf]
        /// @throws Problem when it can't be done
        Object handle(Request request);
    }

    public Route {
        Objects.requireNonNull(method, "method");
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a path starts with /: " + path);
        }
        query = List.copyOf(query);
        form = List.copyOf(form);
    }

    private static Route of(String method, String path, String summary) {
        return new Route(
                method,
                path,
                summary,
                Access.user(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                new Shape.Nothing(),
                _ -> {
                    throw new IllegalStateException(method + " " + path + " has no handler");
                });
    }

    /// Reads.
    public static Route get(String path, String summary) {
        return of("GET", path, summary);
    }

    /// Makes something, or does something.
    public static Route post(String path, String summary) {
        return of("POST", path, summary);
    }

    /// Replaces.
    public static Route put(String path, String summary) {
        return of("PUT", path, summary);
    }

    /// Changes some fields.
    public static Route patch(String path, String summary) {
        return of("PATCH", path, summary);
    }

    /// Removes.
    public static Route delete(String path, String summary) {
        return of("DELETE", path, summary);
    }

    /// Who may use it; without this, everybody who is logged in.
    public Route access(Access next) {
        return new Route(method, path, summary, next, query, form, body, upload, answer, handler);
    }

    /// Those who have the permission may use it.
    public Route access(Permission permission) {
        return access(Access.to(permission));
    }

    /// A query parameter.
    public Route query(String name, String description) {
        List<Parameter> more = new ArrayList<>(query);
        more.add(new Parameter(name, description));
        return new Route(method, path, summary, access, more, form, body, upload, answer, handler);
    }

    /// A field of the form that a browser sends.
    public Route form(String name, String description) {
        List<Parameter> more = new ArrayList<>(form);
        more.add(new Parameter(name, description));
        return new Route(method, path, summary, access, query, more, body, upload, answer, handler);
    }

    /// The record that is sent.
    public Route body(Class<?> type) {
        return new Route(method, path, summary, access, query, form, Optional.of(type), upload, answer, handler);
    }

    /// A file is sent, which the handler takes by [Request#upload].
    public Route upload(int maxBytes, String... contentTypes) {
        Optional<Upload> sent = Optional.of(new Upload(maxBytes, List.of(contentTypes)));
        return new Route(method, path, summary, access, query, form, body, sent, answer, handler);
    }

    /// A record comes back.
    public Route answers(Class<?> type) {
        return answers(new Shape.One(type));
    }

    /// A page of records comes back.
    public Route pages(Class<?> type) {
        return query("limit", "items at most, 1 to 500; 50 without")
                .query("cursor", "where to go on: `next` of the page before")
                .answers(new Shape.PageOf(type));
    }

    /// A short list comes back.
    public Route lists(Class<?> type) {
        return answers(new Shape.ListOf(type));
    }

    /// Something else comes back.
    public Route answers(Shape shape) {
        return new Route(method, path, summary, access, query, form, body, upload, shape, handler);
    }

    /// What serves it.
    public Route by(Handler next) {
        return new Route(method, path, summary, access, query, form, body, upload, answer, next);
    }
}
