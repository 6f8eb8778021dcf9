package dev.sekisho.control.directory;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.web.Json;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A request of the host's administrator, as JSON, without a network.
///
/// @param cookies by name
public record TestRequest(String json, Map<String, String> parameters, Map<String, String> cookies) implements Request {
    /// Sends it to the route.
    public static Object send(List<Route> routes, String method, String path, TestRequest request) {
        return routes.stream()
                .filter(route -> route.method().equals(method) && route.path().equals(path))
                .findFirst()
                .orElseThrow()
                .handler()
                .handle(request);
    }

    @Override
    public Principal principal() {
        return Authority.ROOT;
    }

    @Override
    public Optional<Principal> maybePrincipal() {
        return Optional.of(Authority.ROOT);
    }

    @Override
    public Actor actor() {
        return Actor.ROOT;
    }

    @Override
    public String path(String name) {
        return parameters.getOrDefault(name, "");
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    @Override
    public Optional<String> form(String name) {
        return query(name);
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<String> cookie(String name) {
        return Optional.ofNullable(cookies.get(name));
    }

    @Override
    public <T> T body(Class<T> type) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    @Override
    public Uploaded upload() {
        return new Uploaded("application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Page.Request page() {
        return new Page.Request(Optional.empty(), 50);
    }

    @Override
    public OptionalLong ifMatch() {
        return OptionalLong.empty();
    }

    @Override
    public String source() {
        return "192.0.2.1";
    }

    @Override
    public String userAgent() {
        return "test";
    }
}
