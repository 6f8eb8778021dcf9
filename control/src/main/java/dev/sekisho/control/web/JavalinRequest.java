package dev.sekisho.control.web;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.store.Page;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A request as Javalin has it.
final class JavalinRequest implements Request {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_AGENT_CHARS = 300;
    private static final int MAX_CURSOR_CHARS = 1000;
    private static final Pattern ENTITY_TAG = Pattern.compile("(?:W/)?\"(\\d{1,18})\"");

    private final Route route;
    private final Context context;
    private final Optional<Principal> principal;

    JavalinRequest(Route route, Context context, Optional<Principal> principal) {
        this.route = route;
        this.context = context;
        this.principal = principal;
    }

    @Override
    public Principal principal() {
        return principal.orElseThrow(() -> Problem.unauthenticated("log in first"));
    }

    @Override
    public Optional<Principal> maybePrincipal() {
        return principal;
    }

    @Override
    public Actor actor() {
        return principal
                .map(Principal::actor)
                .orElseGet(() -> new Actor("", Optional.empty(), Actor.Via.LOGIN, source()));
    }

    @Override
    public String path(String name) {
        return context.pathParam(name);
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.ofNullable(context.queryParam(name)).filter(value -> !value.isBlank());
    }

    @Override
    public Optional<String> form(String name) {
        String type = String.valueOf(context.contentType());
        if (!type.matches("(?i)application/x-www-form-urlencoded(\\s*;.*)?")) {
            throw Problem.other(415, "not-form", "send the form as application/x-www-form-urlencoded");
        }
        return FormFields.of(RequestBody.of(context), name);
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(context.header(name));
    }

    @Override
    public Optional<String> cookie(String name) {
        return Optional.ofNullable(context.cookie(name));
    }

    @Override
    public <T> T body(Class<T> type) {
        if (!context.isJson()) {
            throw Problem.other(415, "not-json", "send the body as application/json");
        }
        return Json.read(RequestBody.of(context), type);
    }

    @Override
    public Uploaded upload() {
        List<String> types = route.upload().orElseThrow().contentTypes();
        String sent =
                String.valueOf(context.contentType()).replaceFirst(";.*", "").strip();
        String type = types.stream()
                .filter(sent::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> Problem.other(
                        415, "not-that-type", "send the file as Content-Type " + String.join(" or ", types)));
        return new Uploaded(type, RequestBody.of(context));
    }

    @Override
    public Page.Request page() {
        int limit = query("limit").map(JavalinRequest::limit).orElse(DEFAULT_LIMIT);
        Optional<String> after = query("cursor").map(JavalinRequest::decode);
        try {
            return new Page.Request(after, limit);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("limit", String.valueOf(e.getMessage()));
        }
    }

    private static int limit(String text) {
        if (!text.matches("[0-9]{1,4}")) {
            throw Problem.invalid("limit", "limit is 1 to " + Page.Request.MAX_LIMIT);
        }
        return Integer.parseInt(text);
    }

    /// Sort keys travel in base 64, so that nobody builds them by hand.
    static String encode(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String cursor) {
        try {
            if (cursor.length() > MAX_CURSOR_CHARS) {
                throw new IllegalArgumentException("too long");
            }
            String key = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (key.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("no key");
            }
            return key;
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("cursor", "the cursor is none of ours: take `next` of the page before");
        }
    }

    @Override
    public OptionalLong ifMatch() {
        String header = context.header("If-Match");
        if (header == null || header.equals("*")) {
            return OptionalLong.empty();
        }
        Matcher matcher = ENTITY_TAG.matcher(header);
        if (!matcher.matches()) {
            throw Problem.invalid("If-Match", "If-Match is the ETag of the answer that you have read");
        }
        return OptionalLong.of(Long.parseLong(matcher.group(1)));
    }

    @Override
    public String source() {
        return Source.of(context);
    }

    @Override
    public String userAgent() {
        String agent = context.userAgent();
        String printable = agent == null ? "" : agent.replaceAll("[^\\x20-\\x7e]", "?");
        return printable.substring(0, Math.min(MAX_AGENT_CHARS, printable.length()));
    }
}
