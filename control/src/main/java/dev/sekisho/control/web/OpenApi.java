package dev.sekisho.control.web;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The OpenAPI 3.1 document of the API (product line C03), made of the [Route] values that the server itself runs, so
/// that
/// neither can have what the other lacks. Immutable.
public final class OpenApi {
    private static final Pattern PARAMETER = Pattern.compile("\\{([A-Za-z]+)\\}");

    private final Map<String, Object> document;

    private OpenApi(Map<String, Object> document) {
        this.document = document;
    }

    /// Of all routes.
    ///
    /// @param version the program's
    public static OpenApi of(List<Route> routes, String version) {
        Schemas schemas = new Schemas();
        Map<String, Map<String, Object>> paths = new TreeMap<>();
        TreeSet<String> tags = new TreeSet<>();
        for (Route route : routes) {
            tags.add(tag(route));
            Object before = paths.computeIfAbsent(route.path(), _ -> new TreeMap<>())
                    .put(route.method().toLowerCase(Locale.ROOT), operation(route, schemas));
            if (before != null) {
                throw new IllegalArgumentException(route.method() + " " + route.path() + " is there twice");
            }
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.1");
        document.put("info", info(version));
        document.put("servers", List.of(Map.of("url", Route.BASE)));
        document.put("tags", tags.stream().map(name -> Map.of("name", name)).toList());
        document.put("paths", paths);
        document.put("components", components(schemas));
        return new OpenApi(document);
    }

    /// The routes at which the document is served, for the list of all routes. They are in it, so the list is asked for
    /// when somebody reads it.
    public static List<Route> routes() {
        return List.of(
                Route.get("/openapi.json", "This API as an OpenAPI document")
                        .access(Access.anyone())
                        .answers(new Route.Shape.Raw("application/json")),
                Route.get("/openapi.yaml", "This API as an OpenAPI document in YAML")
                        .access(Access.anyone())
                        .answers(new Route.Shape.Raw("application/yaml")));
    }

    /// All routes with the document's own, which show it.
    public static List<Route> withDocument(List<Route> others, String version) {
        List<Route> all = new ArrayList<>(others);
        all.addAll(routes());
        // Written when it is first asked for: a start has no time for it.
        Supplier<OpenApi> api = Once.of(() -> of(all, version));
        Supplier<byte[]> json = Once.of(() -> api.get().json());
        Supplier<byte[]> yaml = Once.of(() -> api.get().yaml().getBytes(StandardCharsets.UTF_8));
        List<Route> served = new ArrayList<>(others);
        for (Route route : routes()) {
            boolean isJson = route.path().endsWith("json");
            Supplier<byte[]> bytes = isJson ? json : yaml;
            String type = isJson ? "application/json" : "application/yaml";
            served.add(route.by(_ -> new Answer(200, Optional.of(bytes.get()), Map.of("Content-Type", type))));
        }
        return served;
    }

    private static Map<String, Object> info(String version) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("title", "Sekisho");
        info.put("version", version);
        info.put(
                "description",
                "The API of the Sekisho access server. Errors are problem documents (RFC 9457). Unsafe requests by a"
                        + " login session carry its token in X-CSRF-Token; a POST may carry an Idempotency-Key.");
        info.put("license", Map.of("name", "Apache-2.0", "identifier", "Apache-2.0"));
        return info;
    }

    private static Map<String, Object> components(Schemas schemas) {
        schemas.of(ProblemDocument.class);
        Map<String, Object> components = new LinkedHashMap<>();
        components.put("schemas", schemas.named());
        components.put(
                "responses",
                Map.of(
                        "Problem",
                        Map.of(
                                "description",
                                "What is wrong and what to do.",
                                "content",
                                Map.of(
                                        "application/problem+json",
                                        Map.of("schema", Schemas.reference("ProblemDocument"))))));
        Map<String, Object> schemes = new LinkedHashMap<>();
        schemes.put("session", Map.of("type", "apiKey", "in", "cookie", "name", Gate.COOKIE));
        schemes.put("token", Map.of("type", "http", "scheme", "bearer"));
        components.put("securitySchemes", schemes);
        return components;
    }

    private static Map<String, Object> operation(Route route, Schemas schemas) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("operationId", operationId(route));
        operation.put("summary", route.summary());
        operation.put("tags", List.of(tag(route)));
        Access access = route.access();
        operation.put("x-access", access.kind().name().toLowerCase(Locale.ROOT));
        access.permission().ifPresent(permission -> operation.put("x-permission", permission.label()));
        operation.put("x-step-up", access.stepUp());
        operation.put("security", security(access));
        List<Object> parameters = parameters(route);
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        route.body()
                .ifPresent(type -> operation.put(
                        "requestBody",
                        Map.of(
                                "required",
                                true,
                                "content",
                                Map.of("application/json", Map.of("schema", schemas.of(type))))));
        if (!route.form().isEmpty()) {
            operation.put("requestBody", form(route));
        }
        route.upload().ifPresent(upload -> operation.put("requestBody", file(upload)));
        operation.put("responses", responses(route, schemas));
        return operation;
    }

    private static Map<String, Object> file(Route.Upload upload) {
        Map<String, Object> content = new TreeMap<>();
        upload.contentTypes()
                .forEach(type -> content.put(
                        type, Map.of("schema", type.endsWith("json") ? Map.of() : Map.of("type", "string"))));
        return Map.of("required", true, "content", content);
    }

    private static Map<String, Object> form(Route route) {
        Map<String, Object> fields = new TreeMap<>();
        route.form()
                .forEach(field ->
                        fields.put(field.name(), Map.of("type", "string", "description", field.description())));
        return Map.of(
                "required",
                true,
                "content",
                Map.of(
                        "application/x-www-form-urlencoded",
                        Map.of("schema", Map.of("type", "object", "properties", fields))));
    }

    private static List<Object> security(Access access) {
        List<Object> either = new ArrayList<>();
        if (access.kind() == Access.Kind.ANYONE || access.kind() == Access.Kind.ELSEWHERE) {
            return either;
        }
        either.add(Map.of("session", List.of()));
        if (access.kind() == Access.Kind.USER) {
            either.add(Map.of("token", List.of()));
        }
        return either;
    }

    private static List<Object> parameters(Route route) {
        List<Object> parameters = new ArrayList<>();
        Matcher matcher = PARAMETER.matcher(route.path());
        while (matcher.find()) {
            parameters.add(parameter(matcher.group(1), "path", "", "string"));
        }
        for (Route.Parameter query : route.query()) {
            parameters.add(parameter(
                    query.name(), "query", query.description(), query.name().equals("limit") ? "integer" : "string"));
        }
        if (route.method().equals("POST") && route.access().kind() == Access.Kind.USER) {
            parameters.add(parameter(
                    "Idempotency-Key",
                    "header",
                    "the same key and body again give the same answer, for a day",
                    "string"));
        }
        if (List.of("PUT", "PATCH", "DELETE").contains(route.method())) {
            parameters.add(parameter(
                    "If-Match", "header", "the ETag of what was read; 412 if it was changed meanwhile", "string"));
        }
        return parameters;
    }

    private static Map<String, Object> parameter(String name, String in, String description, String type) {
        Map<String, Object> parameter = new LinkedHashMap<>();
        parameter.put("name", name);
        parameter.put("in", in);
        if (in.equals("path")) {
            parameter.put("required", true);
        }
        if (!description.isEmpty()) {
            parameter.put("description", description);
        }
        parameter.put("schema", Map.of("type", type));
        return parameter;
    }

    private static Map<String, Object> responses(Route route, Schemas schemas) {
        Map<String, Object> responses = new LinkedHashMap<>();
        switch (route.answer()) {
            case Route.Shape.Nothing _ -> responses.put("204", Map.of("description", "Done."));
            case Route.Shape.One one -> responses.put("2XX", content("application/json", schemas.of(one.type())));
            case Route.Shape.PageOf page ->
                responses.put("200", content("application/json", Schemas.page(schemas.of(page.type()))));
            case Route.Shape.ListOf list ->
                responses.put("200", content("application/json", Schemas.list(schemas.of(list.type()))));
            case Route.Shape.Raw raw -> responses.put("200", content(raw.contentType(), Map.of("type", "string")));
            case Route.Shape.Events _ -> responses.put("200", content("text/event-stream", Map.of("type", "string")));
        }
        responses.put("default", Map.of("$ref", "#/components/responses/Problem"));
        return responses;
    }

    private static Map<String, Object> content(String type, Map<String, Object> schema) {
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("description", "Done.");
        response.put("content", Map.of(type, Map.of("schema", schema)));
        return response;
    }

    private static String tag(Route route) {
        return route.path().split("/", -1)[1].replaceAll("\\..*", "");
    }

    /// `GET /users/{id}/tokens` is `getUsersIdTokens`.
    private static String operationId(Route route) {
        StringBuilder id = new StringBuilder(route.method().toLowerCase(Locale.ROOT));
        for (String word : route.path().split("[^A-Za-z0-9]+", -1)) {
            if (!word.isEmpty()) {
                id.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
        }
        return id.toString();
    }

    /// The shape of errors, for the document.
    ///
    /// @param type `about:blank`
    /// @param code for programs
    /// @param errors what is wrong with which field
    record ProblemDocument(
            String type,
            String title,
            int status,
            String detail,
            String code,
            Optional<List<Problem.FieldError>> errors) {}

    /// As JSON.
    public byte[] json() {
        return Json.bytes(document);
    }

    /// As YAML, for people and for version control.
    public String yaml() {
        return YamlText.of(document);
    }
}
