package dev.sekisho.control.doctor;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import dev.sekisho.control.local.LocalServer;
import dev.sekisho.control.show.NodeText;
import dev.sekisho.control.socket.ControlClient;
import dev.sekisho.control.socket.ControlSockets;
import dev.sekisho.control.store.DatabaseUrl;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.web.OpenFiles;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The host that this process runs on.
///
/// @param environment of this process
/// @param sockets by which a running server is found
public record ThisHost(Map<String, String> environment, ControlSockets sockets) implements Host {
    /// The bit of CAP_NET_ADMIN. Source: capability.h.
    private static final int NET_ADMIN = 12;

    private static final int POSTGRESQL = 5432;
    private static final int CONNECT_MILLIS = 5_000;
    private static final String UID = "unix:uid";

    private static final Instant RELEASED = Instant.parse("2026-11-01T00:00:00Z");

    @Override
    public int javaVersion() {
        return Runtime.version().feature();
    }

    @Override
    public boolean hasNetAdmin() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8).stream()
                    .filter(line -> line.startsWith("CapEff:"))
                    .map(line -> Long.parseUnsignedLong(
                            line.substring("CapEff:".length()).strip(), 16))
                    .anyMatch(bits -> (bits >> NET_ADMIN & 1) == 1);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public boolean isUsable(Path file) {
        return Files.isReadable(file) && Files.isWritable(file);
    }

    @Override
    public Optional<String> line(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Place> place(Path path) {
        try {
            return Optional.of(new Place(
                    Files.isDirectory(path),
                    Files.getAttribute(path, UID).equals(Files.getAttribute(Path.of("/proc/self"), UID)),
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(path))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean hasProgram(String name) {
        String path =
                environment.getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin" + File.pathSeparator + "/sbin";
        return Arrays.stream(path.split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }

    @Override
    public boolean isFree(InetSocketAddress address, boolean tcp) {
        try {
            if (tcp) {
                new ServerSocket(address.getPort(), 1, address.getAddress()).close();
            } else {
                new DatagramSocket(address).close();
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public List<String> nodeConcerns() {
        List<String> concerns = new ArrayList<>();
        try (ControlClient client = ControlClient.connect(sockets.server())) {
            JsonArray nodes = client.ask(ControlClient.request("status")).getAsJsonArray("nodes");
            for (JsonElement element : nodes) {
                new NodeText(element.getAsJsonObject()).concern().ifPresent(concerns::add);
            }
            if (nodes.isEmpty()) {
                concerns.add("the running server can't read its database");
            }
        } catch (IOException e) {
            concerns.add("the running server can't be asked: " + e.getMessage());
        }
        return concerns;
    }

    @Override
    public Optional<Network> network() {
        try (ControlClient client = ControlClient.connect(sockets.server())) {
            return Optional.ofNullable(
                            client.ask(ControlClient.request("status")).getAsJsonObject("network"))
                    .map(json -> new Network(
                            json.get("enabled").getAsBoolean(),
                            json.get("listenPort").getAsInt(),
                            Optional.ofNullable(json.get("publicAddress")).map(JsonElement::getAsString),
                            json.get("subnets").getAsInt() > 0));
        } catch (IOException e) {
            return Optional.empty(); // that it can't be asked is told as a concern of the nodes
        }
    }

    @Override
    public boolean isServerRunning() {
        try {
            return LocalServer.isLive(sockets.server());
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public List<InetAddress> resolve(String name) {
        try {
            return List.of(InetAddress.getAllByName(name));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    @Override
    public Optional<X509Certificate> certificate(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
        } catch (IOException | CertificateException e) {
            return Optional.empty();
        }
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Instant released() {
        return RELEASED;
    }

    @Override
    public long freeBytes(Path directory) {
        Path place = directory.toAbsolutePath();
        while (!Files.exists(place) && place.getParent() != null) {
            place = place.getParent();
        }
        return place.toFile().getUsableSpace();
    }

    @Override
    public OptionalLong openFiles() {
        return OpenFiles.limit();
    }

    /// Connects and sends nothing: whether name and password are right is for the server to find out.
    @Override
    public Optional<String> databaseConcern(String url) {
        try {
            String[] hosts = DatabaseUrl.parse(url).jdbcUrl().split("/", -1)[2].split(",", -1);
            URI first = URI.create("postgres://" + hosts[0]);
            int port = first.getPort() < 0 ? POSTGRESQL : first.getPort();
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(String.valueOf(first.getHost()), port), CONNECT_MILLIS);
                return Optional.empty();
            }
        } catch (IOException e) {
            return Optional.of("nobody answers: " + e.getMessage());
        } catch (StoreException | IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
