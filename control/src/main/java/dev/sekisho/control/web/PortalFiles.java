package dev.sekisho.control.web;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The portal's files, from the class path. Thread-safe.
///
/// Files in `assets/` have a hash in their names and are kept for ever; all others are asked for anew by their tag. A
/// path
/// that names no file is one of the portal's own pages and gets `index.html`.
public final class PortalFiles {
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("wasm", "application/wasm"));
    private static final String MISSING = """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><title>Sekisho</title>
        <h1>Sekisho is running</h1>
        <p>This build has no portal in it. The API is at <a href="/api/v1/openapi.json">/api/v1</a>;
        a release, or a build with the portal, shows it here.</p>
        """;

    /// Addresses of the app's own pages.
    private static final Pattern PAGE = Pattern.compile("/(?:[A-Za-z0-9_~-]+(?:/[A-Za-z0-9_~-]+)*/?)?");

    private final String root;

    private PortalFiles(String root) {
        this.root = root;
    }

    /// Those of this build.
    public static PortalFiles ofThisBuild() {
        return new PortalFiles("/portal");
    }

    /// Those below another directory of the class path.
    static PortalFiles below(String root) {
        return new PortalFiles(root);
    }

    /// Whether this build has a portal.
    public boolean isThere() {
        return PortalFiles.class.getResource(root + "/index.html") != null;
    }

    /// Answers a GET for a path outside of the API.
    ///
    /// @throws Problem 404 when it names a file that is not there
    void serve(Context context) {
        String path = context.path();
        boolean isPage = path.equals("/") || path.lastIndexOf('.') <= path.lastIndexOf('/');
        if (isPage && !PAGE.matcher(path).matches()) {
            throw Problem.notFound("there is nothing here");
        }
        String name = isPage ? "/index.html" : path;
        if (!PATH.matcher(name).matches() || !TYPES.containsKey(extension(name))) {
            throw Problem.notFound("there is nothing here");
        }
        context.status(200);
        context.header("Content-Security-Policy", SecurityHeaders.PAGE);
        if (isPage && !isThere()) {
            context.status(404);
            context.contentType("text/html; charset=utf-8");
            context.result(MISSING);
            return;
        }
        send(context, name);
    }

    private void send(Context context, String name) {
        String accepted = String.valueOf(context.header("Accept-Encoding"));
        Optional<byte[]> file = Optional.empty();
        for (Map.Entry<String, String> coding :
                Map.of("br", ".br", "gzip", ".gz").entrySet()) {
            if (file.isEmpty() && accepted.contains(coding.getKey())) {
                file = read(name + coding.getValue());
                file.ifPresent(_ -> context.header("Content-Encoding", coding.getKey()));
            }
        }
        byte[] bytes = file.or(() -> read(name)).orElseThrow(() -> Problem.notFound("there is nothing here"));
        context.header("Vary", "Accept-Encoding");
        context.contentType(String.valueOf(TYPES.get(extension(name))));
        if (name.equals("/sw.js")) {
            context.header("Service-Worker-Allowed", "/");
        }
        if (name.startsWith("/assets/")) {
            context.header("Cache-Control", "public, max-age=31536000, immutable");
            context.result(bytes);
            return;
        }
        String tag = tag(bytes);
        context.header("Cache-Control", "no-cache");
        context.header("ETag", tag);
        if (tag.equals(context.header("If-None-Match"))) {
            context.status(304);
        } else {
            context.result(bytes);
        }
    }

    private Optional<byte[]> read(String name) {
        try (InputStream in = PortalFiles.class.getResourceAsStream(root + name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-256", e);
        }
    }

    /// Whether a request that no route serves is one for us.
    static boolean isFor(Context context) {
        String path = context.path();
        return (context.method().name().equals("GET") || context.method().name().equals("HEAD"))
                && !path.equals("/api")
                && !path.startsWith("/api/");
    }
}
