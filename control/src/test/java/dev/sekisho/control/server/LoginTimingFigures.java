package dev.sekisho.control.server;

import dev.sekisho.control.web.Http;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Measures what the time of a refused login tells (threat A06), over HTTPS on the whole server: 2,000 tries of names
/// that are known, known and disabled, at home in another directory, and unknown, in turns. Run by hand, prints the
/// median of each kind and how far apart they are.
final class LoginTimingFigures {
    private static final int TRIES = Integer.getInteger("sekisho.tries", 2_000);
    private static final List<String> KINDS = List.of("unknown", "known", "disabled", "elsewhere");

    /// Ten failures lock out.
    private static final int EACH = 8;

    private LoginTimingFigures() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("sekisho-timing-");
        try (ServerSite site = ServerSite.start(directory)) {
            Visitor admin = site.admin();
            int names = TRIES / KINDS.size() / EACH + 1;
            people(admin, names);
            Map<String, List<Long>> nanos = new LinkedHashMap<>();
            KINDS.forEach(kind -> nanos.put(kind, new ArrayList<>()));
            Random random = new Random(6);
            for (int number = 0; number < TRIES / KINDS.size(); number++) {
                List<String> kinds = new ArrayList<>(KINDS);
                Collections.shuffle(kinds, random);
                for (String kind : kinds) {
                    nanos.getOrDefault(kind, List.of()).add(refused(site, kind + "-" + number % names));
                }
            }
            print(nanos);
        }
    }

    private static void people(Visitor admin, int names) throws IOException {
        Map<String, Object> directory = admin.json(
                "POST",
                "/directories",
                Json.text(Map.of(
                        "name",
                        "Elsewhere",
                        "kind",
                        "ldap",
                        "settings",
                        Map.of(
                                "url", "ldap://127.0.0.1:9",
                                "plain", "true",
                                "baseDn", "dc=example,dc=org",
                                "userFilter", "(uid={0})"))));
        for (int i = 0; i < names; i++) {
            admin.json("POST", "/users", Json.text(Map.of("name", "known-" + i)));
            Object id = admin.json("POST", "/users", Json.text(Map.of("name", "disabled-" + i)))
                    .get("id");
            admin.json("POST", "/users/" + id + "/disable", "");
            admin.json(
                    "POST",
                    "/users",
                    Json.text(Map.of("name", "elsewhere-" + i, "directory", String.valueOf(directory.get("id")))));
        }
    }

    private static long refused(ServerSite site, String name) throws Exception {
        Visitor visitor = site.visitor();
        // Each comes from another address, since an address has a budget of tries as well.
        long start = System.nanoTime();
        Http answer = visitor.login(name, "not the password at all");
        long end = System.nanoTime();
        if (answer.status() != 401) {
            throw new IllegalStateException(name + ": " + answer.status() + " " + answer.body());
        }
        return end - start;
    }

    private static void print(Map<String, List<Long>> nanos) {
        Map<String, Double> medians = new LinkedHashMap<>();
        nanos.forEach((kind, all) -> {
            Collections.sort(all);
            medians.put(kind, all.get(all.size() / 2) / 1e6);
            System.out.printf(
                    "%-10s %5d tries, median %.2f ms, quartiles %.2f to %.2f ms%n",
                    kind,
                    all.size(),
                    all.get(all.size() / 2) / 1e6,
                    all.get(all.size() / 4) / 1e6,
                    all.get(all.size() * 3 / 4) / 1e6);
        });
        System.out.printf(
                "farthest apart: %.2f ms%n", Collections.max(medians.values()) - Collections.min(medians.values()));
    }
}
