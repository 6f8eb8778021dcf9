package dev.sekisho.control.server;

import dev.sekisho.control.web.Http;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/// `sekisho up --no-tun` as a process of its own on a state that is there, as its users and systemd have it: signals,
/// limits, exit codes. Owner: one test.
final class ServerProcess implements AutoCloseable {
    private static final Pattern PORT = Pattern.compile(" *https://.*:(\\d+)/");

    private final Process process;
    private final int port;
    private SSLContext tls;
    private final Path log;

    private ServerProcess(Process process, int port, SSLContext tls, Path log) {
        this.process = process;
        this.port = port;
        this.tls = tls;
        this.log = log;
    }

    /// Starts it and waits until it is up.
    ///
    /// @param openFiles how many files it may have open
    /// @param more options of `up`
    static ServerProcess start(Path state, int openFiles, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                // Whoever runs these tests in the background has signals ignored, for all its children.
                "env",
                "--default-signal=HUP,INT,TERM",
                "sh",
                "-c",
                "ulimit -n \"$1\" && shift && exec \"$@\"",
                "sh",
                String.valueOf(openFiles),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sekisho.control.cli.Main",
                "up",
                "--no-tun",
                "--state",
                state.toString(),
                "--listen",
                "127.0.0.1:0"));
        command.addAll(List.of(more));
        Path log = Files.createTempFile("sekisho-", ".log");
        Process process =
                new ProcessBuilder(command).redirectError(log.toFile()).start();
        return new ServerProcess(process, port(process, log), ServerSite.trusting(state), log);
    }

    private static int port(Process process, Path log) throws IOException {
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher matcher = PORT.matcher(line);
            if (matcher.matches()) {
                return Integer.parseInt(matcher.group(1));
            }
        }
        throw new AssertionError("no start: " + Files.readString(log));
    }

    /// Trusts the certificates of these states from now on.
    void trust(Path... states) throws IOException, GeneralSecurityException {
        tls = ServerSite.trusting(states);
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// What it has logged so far.
    String log() throws IOException {
        return Files.readString(log);
    }

    /// A TLS connection from an address of 127/8, of which anybody may choose one.
    Socket connect(String from) throws IOException {
        Socket socket = tls.getSocketFactory().createSocket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    /// One request below `/api/v1` on a connection of its own.
    Http send(String method, String path, String body, String... headers) throws IOException {
        try (Socket socket = connect("127.0.0.1")) {
            return Http.over(socket, method, "/api/v1" + path, body, headers);
        }
    }

    /// Sends a signal.
    void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-s", name, String.valueOf(pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new AssertionError("kill -s " + name + ": " + status);
        }
    }

    /// Waits for its end.
    ///
    /// @return the exit code
    int await() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        Files.deleteIfExists(log);
    }
}
