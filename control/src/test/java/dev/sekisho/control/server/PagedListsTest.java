package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.web.Http;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Every list of the server's own document comes in pages and can be filtered, and does so: page by page there is just
/// what there is at once, nothing twice and nothing left out.
@Tag("C03")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagedListsTest {
    /// Lists that come whole, and why.
    private static final Map<String, String> WHOLE = Map.of(
            "/licences", "what a release is made of: the same list for everybody until the next release",
            "/devices/{id}/locks", "of one device the newest 50: older ones are forgotten",
            "/flows/series", "a chart: its stretches are asked for by their length, and are 2000 at most",
            "/flows/top", "a ranking: the first ones only, 100 at most, as many as are asked for",
            "/me/offers", "what was offered in the last quarter of an hour, ten at most",
            "/grants/windows", "a timeline of 62 days at most, and of 500 windows",
            "/grants/{id}/windows", "a timeline of 62 days at most, and of 500 windows");

    /// Lists in pages that don't say how many there are in all, and why.
    private static final Map<String, String> UNCOUNTED = Map.of(
            "/flows/log", "files that are read page by page: counting would read all of them",
            "/me/flows/log", "files that are read page by page: counting would read all of them");

    /// Lists without a filter, and why.
    private static final Map<String, String> UNFILTERED =
            Map.of("/resources/{id}/users", "is a filter itself: of one resource the grants that are not over");

    /// Lists of which this test makes two items or more, so that pages of one follow each other.
    private static final Set<String> FILLED = Set.of(
            "/roles",
            "/roles/{id}/members",
            "/users",
            "/users/{id}/factors",
            "/sessions",
            "/tokens",
            "/service-accounts",
            "/alert-channels",
            "/directories",
            "/factor-policies",
            "/devices",
            "/devices/{id}/links",
            "/users/{id}/resources",
            "/resources/overlaps",
            "/me/devices",
            "/me/factors",
            "/me/resources",
            "/push/subscriptions",
            "/resources",
            "/resources/{id}/users",
            "/grants",
            "/requests",
            "/secrets",
            "/audit",
            "/audit/checkpoints",
            "/audit/streams");

    private static final Set<String> PAGING = Set.of("limit", "cursor");

    private ServerSite site;
    private Visitor admin;
    private Map<?, ?> schemas = Map.of();

    /// Query parameters by path.
    private final Map<String, Set<String>> lists = new LinkedHashMap<>();

    /// Identities for paths that need one.
    private final Map<String, String> ids = new LinkedHashMap<>();

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        site = ServerSite.start(directory);
        admin = site.admin();
        fill();
        Map<String, Object> document = admin.json("GET", "/openapi.json", "");
        schemas = (Map<?, ?>) at(ServerSite.inner(document, "components"), "schemas");
        ServerSite.inner(document, "paths").forEach((path, item) -> {
            if (((Map<?, ?>) item).get("get") instanceof Map<?, ?> operation && isList(operation)) {
                lists.put(String.valueOf(path), parameters(operation));
            }
        });
    }

    @AfterAll
    void end() {
        site.close();
    }

    private static Object at(Map<?, ?> object, String name) {
        return Objects.requireNonNull(object.get(name), name);
    }

    /// An answer whose items are an array, however it is called in the document.
    private boolean isList(Map<?, ?> operation) {
        for (Object response : ((Map<?, ?>) at(operation, "responses")).values()) {
            if (response instanceof Map<?, ?> told
                    && told.get("content") instanceof Map<?, ?> content
                    && content.get("application/json") instanceof Map<?, ?> json
                    && json.get("schema") instanceof Map<?, ?> schema
                    && resolved(schema).get("properties") instanceof Map<?, ?> properties
                    && properties.get("items") instanceof Map<?, ?> items
                    && "array".equals(items.get("type"))) {
                return true;
            }
        }
        return false;
    }

    private Map<?, ?> resolved(Map<?, ?> schema) {
        return schema.get("$ref") instanceof String name
                ? (Map<?, ?>) at(schemas, name.substring(name.lastIndexOf('/') + 1))
                : schema;
    }

    private static Set<String> parameters(Map<?, ?> operation) {
        Set<String> names = new TreeSet<>();
        if (operation.get("parameters") instanceof List<?> parameters) {
            for (Object parameter : parameters) {
                Map<?, ?> told = (Map<?, ?>) parameter;
                if ("query".equals(told.get("in"))) {
                    names.add(String.valueOf(told.get("name")));
                }
            }
        }
        return names;
    }

    // ---- what there is

    private String made(String path, Map<String, ?> body) throws IOException {
        return String.valueOf(admin.json("POST", path, Json.text(body)).get("id"));
    }

    private void fill() throws Exception {
        Visitor again = site.visitor();
        again.login("admin", ServerSite.PASSWORD);
        List<String> users = new ArrayList<>();
        for (String name : List.of("Ada", "bob", "cesar")) {
            users.add(made("/users", Map.of("name", name, "displayName", name + " Doe", "roles", List.of("user"))));
            made("/service-accounts", Map.of("name", "robot-" + name, "roles", List.of()));
            made("/secrets", Map.of("name", "key " + name, "kind", "text", "value", "v", "description", "of " + name));
            made(
                    "/resources",
                    Map.of(
                            "name",
                            "web-" + name,
                            "cidr",
                            "10.9.0.1/32",
                            "ports",
                            "443",
                            "requestableBy",
                            List.of("administrator"),
                            "ticketPattern",
                            ""));
            made("/grants", Map.of("resource", "web-Ada", "to", "user:" + name, "mfa", false));
            made("/requests", Map.of("resource", "web-" + name, "reason", "audit", "durationSeconds", 3600));
            made("/alert-channels", channel(name));
            made("/directories", directory(name));
            made("/me/devices", Map.of("name", "laptop " + name));
            made("/push/subscriptions", subscription(name));
            admin.stepUp();
            admin.token("robot " + name, "VIEW USERS");
            made("/me/factors/totp", Map.of("name", "phone " + name));
            admin.json("GET", "/audit/checkpoint", "");
        }
        admin.json(
                "PUT", "/factor-policies", Json.text(Map.of("items", List.of(policy("default"), policy("role:user")))));
        admin.json("PUT", "/audit/streams", Json.text(Map.of("items", List.of(stream("B"), stream("a"), stream("c")))));
        ids.put("/users/{id}/factors", first("/users?q=admin"));
        ids.put("/resources/{id}/users", first("/resources?q=web-Ada"));
        ids.put("/users/{id}/resources", first("/users?q=admin"));
        ids.put("/devices/{id}/links", first("/me/devices?q=bob"));
        ids.put("/roles/{id}/members", first("/roles?q=user"));
        admin.json("PUT", "/roles/" + ids.get("/roles/{id}/members") + "/members", Json.text(Map.of("users", users)));
        for (int i = 0; i < 3; i++) {
            admin.stepUp();
            admin.json("POST", "/devices/" + ids.get("/devices/{id}/links") + "/link", "{}");
        }
    }

    private static Map<String, Object> channel(String name) {
        return Map.of(
                "name",
                "ops " + name,
                "kind",
                "http",
                "settings",
                Map.of("url", "https://hooks.example/x"),
                "events",
                List.of("device.locked"),
                "enabled",
                false);
    }

    private static Map<String, Object> directory(String name) {
        return Map.of(
                "name",
                "people of " + name,
                "kind",
                "oidc",
                "enabled",
                false,
                "settings",
                Map.of("issuer", "https://login.example", "clientId", "sekisho", "clientSecret", "s"),
                "groupRoles",
                Map.of());
    }

    private static Map<String, Object> subscription(String name) throws Exception {
        return Map.of(
                "endpoint",
                "https://push.example.com/" + (int) name.charAt(0),
                "keys",
                ForeignObjectsTest.browserKeys(),
                "label",
                "phone of " + name);
    }

    private static Map<String, Object> policy(String scope) {
        return Map.of("scope", scope, "required", "privileged", "kinds", List.of("totp", "passkey", "recovery"));
    }

    private static Map<String, Object> stream(String name) {
        return Map.of("name", name, "transport", "file", "file", name + ".ndjson", "enabled", false);
    }

    private String first(String path) throws IOException {
        return String.valueOf(((Map<?, ?>)
                        ServerSite.items(admin.json("GET", path, ""), "items").getFirst())
                .get("id"));
    }

    // ---- what is tested

    @Test
    void everyListOfTheDocumentHasPagesAndFiltersOrAReason() {
        assertThat(lists).hasSizeGreaterThan(24);
        assertThat(lists.keySet())
                .containsAll(FILLED)
                .containsAll(WHOLE.keySet())
                .containsAll(UNCOUNTED.keySet());
        lists.forEach((path, parameters) -> {
            if (WHOLE.containsKey(path)) {
                assertThat(parameters)
                        .as(path + " has pages: it needs no reason")
                        .doesNotContain("cursor");
                return;
            }
            assertThat(parameters).as(path + " comes whole").containsAll(PAGING);
            if (!UNFILTERED.containsKey(path)) {
                assertThat(parameters).as(path + " has no filter").hasSizeGreaterThan(PAGING.size());
            }
        });
    }

    @Test
    void pageByPageThereIsJustWhatThereIsAtOnce() throws Exception {
        for (String path : lists.keySet()) {
            if (WHOLE.containsKey(path)) {
                continue;
            }
            List<Object> whole = pages(path, 500);
            List<Object> single = pages(path, path.equals("/audit") ? 7 : 1);
            // What looks at the log writes into it.
            assertThat(single).as(path).doesNotHaveDuplicates().isEqualTo(whole);
            if (FILLED.contains(path)) {
                assertThat(whole).as(path).hasSizeGreaterThan(1);
            }
        }
    }

    /// All identities (or what is there instead) of a list, page by page.
    private List<Object> pages(String path, int limit) throws IOException {
        List<Object> items = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Map<String, Object> page = admin.json(
                    "GET",
                    place(path) + "limit=" + limit
                            + cursor.map(text -> "&cursor=" + text).orElse(""),
                    "");
            List<?> part = ServerSite.items(page, "items");
            assertThat(part.size()).as(path).isLessThanOrEqualTo(limit);
            part.forEach(item -> items.add(name((Map<?, ?>) item)));
            cursor = Optional.ofNullable(page.get("next")).map(String::valueOf);
            if (UNCOUNTED.containsKey(path)) {
                assertThat(page).as(path + " counts: it needs no reason").doesNotContainKey("total");
            } else {
                assertThat(((Number) Objects.requireNonNull(page.get("total"))).longValue())
                        .as(path)
                        .isGreaterThanOrEqualTo(items.size());
            }
        } while (cursor.isPresent());
        return items;
    }

    private String place(String path) {
        String id = ids.getOrDefault(path, "");
        assertThat(path.contains("{") && id.isEmpty())
                .as("an identity for " + path + ": name one in this test")
                .isFalse();
        return path.replaceAll("\\{[A-Za-z]+\\}", id) + "?";
    }

    private static Object name(Map<?, ?> item) {
        if (item.containsKey("outer")) {
            return item.get("outer") + " over " + item.get("inner");
        }
        for (String key : List.of("id", "grant", "seq", "size", "scope", "name")) {
            Object value = item.get(key);
            if (value != null) {
                return value;
            }
        }
        throw new AssertionError("nothing tells items apart: " + item.keySet());
    }

    @Test
    void aTextThatStandsNowhereFindsNothing() throws Exception {
        for (Map.Entry<String, Set<String>> list : lists.entrySet()) {
            if (list.getValue().contains("q")) {
                Map<String, Object> page = admin.json("GET", place(list.getKey()) + "q=zz-nowhere-zz", "");
                assertThat(ServerSite.items(page, "items")).as(list.getKey()).isEmpty();
                assertThat(page.get("total")).as(list.getKey()).hasToString("0");
            }
        }
    }

    @Test
    void filtersLetThroughWhatFitsThem() throws Exception {
        Map<String, Integer> expected = new LinkedHashMap<>();
        expected.put("/roles?q=ADMINISTRATOR", 1);
        expected.put("/roles?builtIn=false", 0);
        expected.put("/roles/" + ids.get("/roles/{id}/members") + "/members?q=ada", 1);
        expected.put("/tokens?q=ROBOT%20bob", 1);
        expected.put("/tokens?scope=VIEW%20USERS", 3);
        expected.put("/tokens?scope=IP%20SCAN", 0);
        expected.put("/service-accounts?q=robot-CE", 1);
        expected.put("/service-accounts?state=disabled", 0);
        expected.put("/service-accounts?state=active", 3);
        expected.put("/alert-channels?q=bob", 1);
        expected.put("/alert-channels?kind=http&enabled=false", 3);
        expected.put("/alert-channels?kind=ntfy", 0);
        expected.put("/alert-channels?enabled=true", 0);
        expected.put("/directories?q=of%20B", 1);
        expected.put("/directories?kind=oidc", 3);
        expected.put("/directories?kind=saml", 0);
        expected.put("/directories?enabled=true", 0);
        expected.put("/factor-policies?q=role", 1);
        expected.put("/factor-policies?required=always", 0);
        expected.put("/factor-policies?required=privileged", 2);
        String links = "/devices/" + ids.get("/devices/{id}/links") + "/links";
        expected.put(links + "?state=open", 1);
        expected.put(links + "?state=revoked", 2);
        expected.put(links + "?state=fetched", 0);
        String reach = "/users/" + ids.get("/users/{id}/resources") + "/resources";
        expected.put(reach + "?q=WEB-BOB", 1);
        expected.put(reach + "?access=granted", 0);
        expected.put("/resources/overlaps?resource=web-Ada", 2);
        expected.put("/me/devices?q=bob", 1);
        expected.put("/me/devices?state=locked", 0);
        // An app that is not confirmed gives way to the next.
        expected.put("/me/factors?kind=totp", 2);
        expected.put("/me/factors?kind=passkey", 0);
        expected.put("/push/subscriptions?q=of%20ADA", 1);
        expected.put("/secrets?q=KEY%20b", 1);
        expected.put("/secrets?q=of%20ada", 1);
        expected.put("/secrets?kind=text", 3);
        expected.put("/secrets?kind=ssh", 0);
        expected.put("/audit/streams?transport=file&q=B", 1);
        expected.put("/audit/streams?transport=tls", 0);
        expected.put("/audit/streams?enabled=true", 0);
        expected.put("/audit/checkpoints?to=2020-01-01T00:00:00Z", 0);
        expected.put("/audit/checkpoints?from=2100-01-01T00:00:00Z", 0);
        expected.put("/me/resources?q=WEB-BOB", 1);
        expected.put("/me/resources?access=granted", 0);
        expected.put("/me/resources?access=requestable", 3);
        for (Map.Entry<String, Integer> one : expected.entrySet()) {
            assertThat(ServerSite.items(admin.json("GET", one.getKey(), ""), "items"))
                    .as(one.getKey())
                    .hasSize(one.getValue());
        }
        assertThat(ServerSite.items(admin.json("GET", "/audit/checkpoints?from=2020-01-01T00:00:00Z", ""), "items"))
                .hasSizeGreaterThan(1);
        assertThat(ServerSite.items(admin.json("GET", "/sessions?q=127.1", ""), "items"))
                .hasSizeGreaterThan(1);
    }

    @Test
    void aFilterThatNothingCanFitIsRefusedByName() throws Exception {
        for (String wrong : List.of(
                "/roles?builtIn=yes",
                "/alert-channels?kind=fax",
                "/alert-channels?enabled=1",
                "/directories?kind=nis",
                "/factor-policies?required=maybe",
                "/me/factors?kind=password",
                "/devices/" + ids.get("/devices/{id}/links") + "/links?state=lost",
                "/me/devices?state=lost",
                "/secrets?kind=SSH",
                "/audit/streams?transport=pigeon",
                "/audit/checkpoints?from=yesterday",
                "/service-accounts?state=locked",
                "/me/resources?access=all",
                "/flows?verdict=denied")) {
            Http answer = admin.get(wrong);
            assertThat(answer.status()).as(wrong).isEqualTo(400);
            String field = wrong.replaceFirst(".*\\?", "").replaceFirst("=.*", "");
            assertThat(answer.body()).as(wrong).contains("\"" + field + "\"");
        }
        for (String path : lists.keySet()) {
            if (!WHOLE.containsKey(path)) {
                for (String wrong : List.of("limit=0", "limit=501", "limit=x", "cursor=%25%25")) {
                    assertThat(admin.get(place(path) + wrong).status())
                            .as(path + " " + wrong)
                            .isEqualTo(400);
                }
            }
        }
    }
}
