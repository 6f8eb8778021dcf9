package dev.sekisho.control.server;

import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What the product is made of, and under which licences. The list is that of `docs/dependencies.md`; a test holds both
/// together. Immutable.
public final class LicenceApi {
    private final List<Licence> licences;

    LicenceApi() {
        this.licences = read();
    }

    /// A part of others.
    ///
    /// @param licence its name, mostly by SPDX
    public record Licence(String name, String licence) {}

    /// Its route.
    public List<Route> routes() {
        return List.of(Route.get("/licences", "List what the product is made of, with the licences")
                .access(Access.anyone())
                .lists(Licence.class)
                .by(_ -> licences));
    }

    private static List<Licence> read() {
        try (InputStream in = LicenceApi.class.getResourceAsStream("licences.tsv")) {
            if (in == null) {
                throw new IllegalStateException("licences.tsv is missing in this jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t", 2))
                    .map(fields -> new Licence(fields[0], fields[1]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
