package dev.sekisho.control.web;

import dev.sekisho.control.store.StoreException;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// What went wrong, as problem documents (RFC 9457). Failures of our own are logged here, once.
final class Problems {
    private static final System.Logger LOG = System.getLogger(Problems.class.getName());

    private Problems() {}

    /// What any exception of a handler means to whoever asked.
    static Problem of(Exception failure) {
        return switch (failure) {
            case Problem problem -> problem;
            case StoreException store -> of(store);
            case HttpResponseException known -> of(known.getStatus());
            case UncheckedIOException gone -> {
                LOG.log(Level.DEBUG, "a client went away: {0}", gone.getMessage());
                yield Problem.other(400, "incomplete", "the request did not come completely");
            }
            default -> {
                LOG.log(Level.ERROR, "a request failed", failure);
                yield failed();
            }
        };
    }

    private static Problem of(StoreException failure) {
        return switch (failure.kind()) {
            case CONFLICT -> Problem.conflict(String.valueOf(failure.getMessage()));
            case UNAVAILABLE, NO_SPACE -> {
                LOG.log(Level.WARNING, "{0}", failure.getMessage());
                yield Problem.unavailable(String.valueOf(failure.getMessage()));
            }
            case FAILED -> {
                LOG.log(Level.ERROR, "a request failed in the database", failure);
                yield failed();
            }
        };
    }

    private static Problem failed() {
        return Problem.other(500, "failed", "the server failed; its log says how");
    }

    /// What a status of the HTTP layer means.
    static Problem of(int status) {
        return switch (status) {
            case 400 -> Problem.other(400, "bad-request", "this is not HTTP as it should be");
            case 404 -> Problem.notFound("there is nothing here");
            case 405 -> Problem.other(405, "method-not-allowed", "this can't be done here; see the Allow header");
            case 413 -> Problem.other(413, "too-large", "the body is too long");
            case 414 -> Problem.other(414, "uri-too-long", "the address is too long");
            case 415 -> Problem.other(415, "not-json", "send the body as application/json");
            case 431 -> Problem.other(431, "headers-too-large", "the headers are too long");
            case 503 -> Problem.unavailable("the server is stopping; try again in a moment");
            default ->
                status >= 500 ? failed() : Problem.other(status, "http-" + status, "the request can't be answered");
        };
    }

    /// The document.
    static byte[] document(Problem problem) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", "about:blank");
        json.put("title", problem.code().replace('-', ' ').toLowerCase(Locale.ROOT));
        json.put("status", problem.status());
        json.put("detail", problem.detail());
        json.put("code", problem.code());
        if (!problem.fields().isEmpty()) {
            json.put("errors", problem.fields());
        }
        return Json.bytes(json);
    }

    /// Answers with it.
    static void answer(Context context, Problem problem) {
        context.status(problem.status());
        context.contentType("application/problem+json");
        context.result(document(problem));
    }
}
