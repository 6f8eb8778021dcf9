package dev.sekisho.control.directory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// A real provider of logins as a process of its own, on a loopback port: a program `provider.mjs` for Node.js, with
/// the
/// packages beside it. It ends with its standard input, however this process ends. One thread at a time.
public final class NodeProvider implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final int port;

    private NodeProvider(Process process, int port) {
        this.process = process;
        this.port = port;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /// Starts one, which is ready when it says `ready`; skips the test where it is not installed, but under CI.
    ///
    /// @param folder in `control/src/test`
    /// @param arguments of the program, after the port
    public static NodeProvider start(String folder, String... arguments) {
        Path directory = List.of(Path.of("src/test", folder), Path.of("control/src/test", folder)).stream()
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow();
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(
                    Files.isDirectory(directory.resolve("node_modules")),
                    "no provider: install Node.js and run `npm ci` in control/src/test/" + folder + " to run this");
        }
        try {
            int port = freePort();
            List<String> command = new ArrayList<>(List.of("node", "provider.mjs", String.valueOf(port)));
            command.addAll(List.of(arguments));
            return new NodeProvider(
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start(),
                    port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Writes a line to it.
    public NodeProvider tell(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits until it writes this line.
    public NodeProvider await(String wanted) {
        try {
            for (String line = output.readLine(); !wanted.equals(line); line = output.readLine()) {
                if (line == null) {
                    throw new IOException("the provider ended; run `node provider.mjs` to see why");
                }
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Its address.
    ///
    /// @param path with a slash, or empty
    public String url(String path) {
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
