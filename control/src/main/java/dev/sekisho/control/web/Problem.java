package dev.sekisho.control.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request that can't be answered as asked: becomes a problem document (RFC 9457). Its texts are for whoever asked
/// and
/// hold no secret.
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What is wrong with one field.
    ///
    /// @param field its name, dotted for nested ones
    /// @param message a sentence
    public record FieldError(String field, String message) {}

    private final int status;
    private final String code;
    private final transient List<FieldError> fields;

    /// Any problem.
    ///
    /// @param status the HTTP status
    /// @param code for programs, in kebab case; never changes once released
    /// @param detail for people: what is wrong and what to do
    public Problem(int status, String code, String detail, List<FieldError> fields, @Nullable Throwable cause) {
        super(detail, cause);
        this.status = status;
        this.code = code;
        this.fields = List.copyOf(fields);
    }

    private static Problem of(int status, String code, String detail) {
        return new Problem(status, code, detail, List.of(), null);
    }

    /// 400: a value is wrong.
    public static Problem invalid(String field, String message) {
        return new Problem(400, "invalid", message, List.of(new FieldError(field, message)), null);
    }

    /// 400: several values are wrong.
    public static Problem invalid(List<FieldError> fields) {
        return new Problem(400, "invalid", "some values can't be used", fields, null);
    }

    /// 401: nobody is logged in, or the credentials are wrong.
    public static Problem unauthenticated(String detail) {
        return of(401, "unauthenticated", detail);
    }

    /// 403.
    public static Problem forbidden(String detail) {
        return of(403, "forbidden", detail);
    }

    /// 403 with a code of its own, such as `step-up-required`.
    public static Problem forbidden(String code, String detail) {
        return of(403, code, detail);
    }

    /// 404.
    public static Problem notFound(String detail) {
        return of(404, "not-found", detail);
    }

    /// 409: it exists already, or something depends on it.
    public static Problem conflict(String detail) {
        return of(409, "conflict", detail);
    }

    /// 412: somebody else changed it in the meantime.
    public static Problem stale() {
        return of(412, "stale", "it was changed by somebody else in the meantime: read it again");
    }

    /// 429.
    public static Problem tooMany(String detail) {
        return of(429, "too-many", detail);
    }

    /// 503.
    public static Problem unavailable(String detail) {
        return of(503, "unavailable", detail);
    }

    /// Any other status.
    public static Problem other(int status, String code, String detail) {
        return of(status, code, detail);
    }

    /// The HTTP status.
    public int status() {
        return status;
    }

    /// For programs.
    public String code() {
        return code;
    }

    /// What is wrong with which field.
    public List<FieldError> fields() {
        return fields;
    }

    /// For people.
    public String detail() {
        return String.valueOf(getMessage());
    }
}
