package dev.sekisho.control.directory.saml;

import dev.sekisho.control.web.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// A real SAML identity provider (the npm package `samlify`) as a process of its own, on a loopback port. It ends with
/// its standard input, however this process ends.
final class SamlProviderProcess implements AutoCloseable {
    private final Process process;
    final int port;

    private SamlProviderProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Starts one; skips the test where it is not installed, but under CI.
    ///
    /// @param options as `provider.mjs` describes them
    static SamlProviderProcess start(Map<String, Object> options) {
        Path directory = List.of(Path.of("src/test/saml"), Path.of("control/src/test/saml")).stream()
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow();
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(
                    Files.isDirectory(directory.resolve("node_modules")),
                    "no SAML provider: install Node.js and run `npm ci` in control/src/test/saml to run this");
        }
        try {
            int port = freePort();
            Process process = new ProcessBuilder("node", "provider.mjs", String.valueOf(port))
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().write((Json.text(options) + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            awaitReady(process);
            return new SamlProviderProcess(process, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitReady(Process process) throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); !"ready".equals(line); line = output.readLine()) {
            if (line == null) {
                throw new IOException("the provider ended; run `node provider.mjs` to see why");
            }
        }
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
