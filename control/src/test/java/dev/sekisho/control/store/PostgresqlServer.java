package dev.sekisho.control.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A PostgreSQL server of its own, in a temporary directory, on a loopback port. It ends with this process, however
/// that ends: a shell waits for the end of its standard input, which is a pipe from here.
public final class PostgresqlServer implements AutoCloseable {
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static final String PASSWORD =
            "p@ss:w/rd-" + ProcessHandle.current().pid();
    private static final String RUN = """
            exec 3<&0
            "$@" </dev/null & pid=$!
            { cat <&3 >/dev/null; kill -INT $pid 2>/dev/null; } &
            wait $pid
            """;

    private final Path programs;
    private final Path directory;
    private final int port;
    private Process process;

    private PostgresqlServer(Path programs, Path directory, int port) throws IOException {
        this.programs = programs;
        this.directory = directory;
        this.port = port;
        this.process = launch();
    }

    /// The newest installed one, if there is one.
    static Optional<Path> programs() {
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.comparing(Path::toString));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Makes and starts one.
    public static PostgresqlServer start() {
        Path programs = programs().orElseThrow();
        try {
            Path directory = Files.createTempDirectory("sekisho-postgresql-");
            Path password = Files.writeString(directory.resolve("password"), PASSWORD);
            runAsRoot("chown", "-R", "postgres:", directory.toString());
            execute(asPostgres(
                    programs.resolve("initdb").toString(),
                    "--pgdata=" + directory.resolve("data"),
                    "--username=tester",
                    "--pwfile=" + password,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync"));
            PostgresqlServer server = new PostgresqlServer(programs, directory, freePort());
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            server.awaitReady();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", RUN, "postgresql"));
        command.addAll(asPostgres(
                programs.resolve("postgres").toString(),
                "-D",
                directory.resolve("data").toString(),
                "-p",
                String.valueOf(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=off",
                "-c",
                "shared_buffers=32MB",
                "-c",
                "max_connections=60",
                "-c",
                "log_destination=stderr"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
    }

    /// The server refuses to run as root.
    private static List<String> asPostgres(String... command) {
        List<String> line = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            line.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        line.addAll(List.of(command));
        return line;
    }

    private static void runAsRoot(String... command) throws IOException {
        if ("root".equals(System.getProperty("user.name"))) {
            execute(List.of(command));
        }
    }

    private static void execute(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(new java.io.File("/"))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command.getFirst() + " failed: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try (Connection connection = connect("postgres")) {
                if (connection.isValid(5)) {
                    return;
                }
            } catch (SQLException e) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new IOException("no server: " + Files.readString(directory.resolve("log")), e);
                }
            }
            Thread.onSpinWait();
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, "tester", PASSWORD);
    }

    /// The URL of one of its databases, as an operator would write it.
    public String url(String database) {
        return "postgres://tester:" + PASSWORD.replace("@", "%40").replace("/", "%2F") + "@127.0.0.1:" + port + "/"
                + database;
    }

    /// What no message may hold.
    public String password() {
        return PASSWORD;
    }

    /// Runs a statement in the database `postgres`.
    public void execute(String statement) {
        try (Connection connection = connect("postgres");
                Statement prepared = connection.createStatement()) {
            prepared.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(statement, e);
        }
    }

    /// Stops it, as a crash of its machine would: nobody is told.
    public void stop() {
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

    /// Starts it again.
    public void restart() {
        try {
            process = launch();
            awaitReady();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
        if (!Files.exists(directory)) {
            // Closed before, by whoever started it.
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
