package dev.sekisho.control.directory.oidc;

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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// A real OpenID provider (the npm package `oidc-provider`) as a process of its own, on a loopback port. It ends with
/// its standard input, however this process ends.
final class ProviderProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    final int port;

    private ProviderProcess(Process process, int port) {
        this.process = process;
        this.port = port;
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /// Starts one; skips the test where it is not installed, but under CI.
    ///
    /// @param mode `userinfo` = most claims are told at the userinfo endpoint only
    static ProviderProcess start(String mode) {
        Path directory = List.of(Path.of("src/test/oidc"), Path.of("control/src/test/oidc")).stream()
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow();
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(
                    Files.isDirectory(directory.resolve("node_modules")),
                    "no OpenID provider: install Node.js and run `npm ci` in control/src/test/oidc to run this");
        }
        try {
            int port = freePort();
            Process process = new ProcessBuilder("node", "provider.mjs", String.valueOf(port), mode)
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            ProviderProcess provider = new ProviderProcess(process, port);
            provider.await("ready");
            return provider;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void await(String wanted) throws IOException {
        for (String line = output.readLine(); !wanted.equals(line); line = output.readLine()) {
            if (line == null) {
                throw new IOException("the provider ended; run `node provider.mjs` to see why");
            }
        }
    }

    /// From now on it signs with another key.
    void rotateKeys() throws IOException {
        process.getOutputStream().write("rotate\n".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        await("rotated");
    }

    String issuer() {
        return "http://127.0.0.1:" + port;
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
