package dev.sekisho.control.server;

import dev.sekisho.control.tls.Certificates;
import dev.sekisho.policy.Cidr;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How the server is run. Immutable; [ServerConfig] reads it.
///
/// @param state the state directory
/// @param listen where HTTPS listens
/// @param database the URL of a PostgreSQL database, which may hold a password; empty = SQLite in the state directory
/// @param names host names by which people open the portal, beside this host's own
/// @param publicAddress the name or address under which devices and people reach this host from outside
/// @param certificate the certificate chain in PEM form, with its key; empty = self-signed
/// @param tunnel whether the network module may make its interface on this host
/// @param outboundAllow networks beyond the public internet that webhooks and alerts may go to
/// @param places a database of places in MaxMind's format
public record ServerOptions(
        Path state,
        InetSocketAddress listen,
        Optional<String> database,
        List<String> names,
        Optional<String> publicAddress,
        Optional<Certificate> certificate,
        boolean tunnel,
        List<Cidr> outboundAllow,
        Optional<Path> places) {
    /// Own PEM files.
    public record Certificate(Path chain, Path key) {}

    public ServerOptions {
        names = List.copyOf(names);
        outboundAllow = List.copyOf(outboundAllow);
    }

    /// Where the certificate is; one that is made is for every name and address of this host.
    Certificates.Place certificatePlace() {
        return certificate
                .map(own -> Certificates.Place.given(own.chain(), own.key()))
                .orElseGet(() -> Certificates.Place.in(state, certificateNames()));
    }

    private List<String> certificateNames() {
        Set<String> all = new LinkedHashSet<>(hostNames());
        all.add("127.0.0.1");
        all.add("::1");
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLinkLocalAddress())
                    .map(address -> address.getHostAddress().replaceFirst("%.*", ""))
                    .forEach(all::add);
        } catch (SocketException e) {
            throw new ServerException("the addresses of this host can't be listed", e);
        }
        return List.copyOf(all);
    }

    /// The names that this server answers to, the one to show people first.
    public List<String> hostNames() {
        Set<String> all = new LinkedHashSet<>();
        publicAddress.ifPresent(all::add);
        all.addAll(names);
        all.add(hostName());
        all.add("localhost");
        return List.copyOf(all);
    }

    /// The kernel's name of this host: asking a name server would take seconds where there is none.
    static String hostName() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname"), StandardCharsets.UTF_8)
                    .strip();
            return name.isEmpty() ? "localhost" : name;
        } catch (IOException e) {
            return "localhost";
        }
    }

    /// Without the database's URL.
    @Override
    public String toString() {
        return "state " + state + ", listening on " + listen;
    }
}
