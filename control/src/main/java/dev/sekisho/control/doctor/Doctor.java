package dev.sekisho.control.doctor;

import dev.sekisho.control.web.OpenFiles;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Looks at a host and says what is wrong with it.
///
/// @param host the host
/// @param site what it is to serve
public record Doctor(Host host, Site site) {
    private static final int JAVA = 25;
    private static final long LITTLE_SPACE = 1L << 30;
    private static final long NO_SPACE = 64L << 20;
    private static final Duration SOON = Duration.ofDays(30);
    private static final Path TUN = Path.of("/dev/net/tun");
    private static final Path FORWARD_4 = Path.of("/proc/sys/net/ipv4/ip_forward");

    /// Everything, in the order in which one would put it right.
    public List<Finding> findings() {
        boolean running = host.isServerRunning();
        Optional<Host.Network> network = running ? host.network() : Optional.empty();
        Stream<Supplier<Finding>> always = Stream.of(
                this::java,
                this::clock,
                this::state,
                this::space,
                this::openFiles,
                this::database,
                () -> port("HTTPS port", site.listen(), true, running),
                () -> publicAddress(network.flatMap(Host.Network::publicAddress).or(site::publicAddress)),
                this::certificate);
        Stream<Supplier<Finding>> nodes = running ? Stream.of(this::nodes) : Stream.of();
        Stream<Supplier<Finding>> tunnel = site.udpPort().stream()
                .filter(_ -> network.map(Host.Network::enabled).orElse(true))
                .flatMap(port -> Stream.of(
                        this::netAdmin,
                        this::tun,
                        () -> network.map(this::runningTunnel)
                                .orElseGet(() -> port("tunnel port", new InetSocketAddress(port), false, running)),
                        () -> forwarding(network.map(Host.Network::exposes).orElse(true)),
                        this::firewall));
        return Stream.of(always, nodes, tunnel)
                .flatMap(checks -> checks)
                .map(Supplier::get)
                .toList();
    }

    private Finding java() {
        int version = host.javaVersion();
        return version >= JAVA
                ? Finding.ok("JDK", "version " + version)
                : Finding.fail("JDK", "version " + version, "install JDK " + JAVA + " and set JAVA_HOME to it");
    }

    private Finding clock() {
        Instant now = host.now();
        return now.isBefore(host.released())
                ? Finding.fail(
                        "clock",
                        "it shows " + now + ", before this program was there",
                        "set it (timedatectl set-ntp true): certificates, codes and handshakes depend on it")
                : Finding.ok("clock", now.toString());
    }

    private Finding state() {
        String name = "state directory";
        Optional<Host.Place> found = host.place(site.state());
        if (found.isEmpty()) {
            return Finding.ok(name, site.state() + " is made at the first start");
        }
        Host.Place place = found.get();
        if (!place.directory()) {
            return Finding.fail(name, site.state() + " is no directory", "name another with --state");
        }
        if (!place.ours()) {
            return Finding.fail(
                    name,
                    site.state() + " belongs to another user",
                    "run this as the user of the server, or chown it to that user");
        }
        return place.mode().equals("rwx------")
                ? Finding.ok(name, site.state() + ", for its owner only")
                : Finding.fail(name, site.state() + " has the mode " + place.mode(), "chmod 700 " + site.state());
    }

    private Finding space() {
        long free = host.freeBytes(site.state());
        String detail = (free >> 20) + " MiB free for " + site.state();
        String advice = "make room: database, flow logs and backups grow";
        if (free < NO_SPACE) {
            return Finding.fail("disk space", detail, advice);
        }
        return free < LITTLE_SPACE ? Finding.warn("disk space", detail, advice) : Finding.ok("disk space", detail);
    }

    private Finding openFiles() {
        OptionalLong limit = host.openFiles();
        String detail = limit.isEmpty() ? "no limit is known" : limit.getAsLong() + " may be open in this session";
        return limit.orElse(Long.MAX_VALUE) < OpenFiles.FEW
                ? Finding.warn(
                        "open files",
                        detail,
                        "raise the limit for the server to " + OpenFiles.FEW
                                + " or more (LimitNOFILE of the unit, or ulimit -n): every connection is one")
                : Finding.ok("open files", detail);
    }

    private Finding database() {
        if (site.database().isEmpty()) {
            return Finding.ok("database", "SQLite in the state directory");
        }
        return host.databaseConcern(site.database().get())
                .map(concern -> Finding.fail("database", concern, "correct databaseUrl, or start that database"))
                .orElseGet(() -> Finding.ok("database", "PostgreSQL answers"));
    }

    private Finding port(String name, InetSocketAddress address, boolean tcp, boolean running) {
        String shown = (tcp ? "TCP " : "UDP ") + address.getPort();
        if (host.isFree(address, tcp)) {
            return Finding.ok(name, shown + " is free");
        }
        return running
                ? Finding.ok(name, shown + " is in use; the server runs")
                : Finding.fail(
                        name,
                        shown + " is in use by another program, or this user may not use it",
                        "find who has it (ss -lntup), or choose another port");
    }

    /// By the settings of a server that runs, whatever its port was when it was started.
    private Finding runningTunnel(Host.Network network) {
        String name = "tunnel port";
        String shown = "UDP " + network.udpPort();
        return host.isFree(new InetSocketAddress(network.udpPort()), false)
                ? Finding.fail(
                        name,
                        "the server runs, and nobody listens at " + shown + ": the tunnel is not up",
                        "look at the server's log (journalctl -u sekisho)")
                : Finding.ok(name, shown + " is in use; the server runs");
    }

    private Finding publicAddress(Optional<String> set) {
        String name = "public address";
        if (set.isEmpty()) {
            return Finding.warn(
                    name,
                    "none is set: devices get this host's first address",
                    "set it on the network page, or publicAddress in the configuration: the name by which this host is"
                            + " reached from outside");
        }
        String address = set.get();
        return host.resolve(address).isEmpty()
                ? Finding.fail(name, address + " is unknown to DNS", "add it to DNS, or correct the public address")
                : Finding.ok(name, address + " is known to DNS");
    }

    private Finding certificate() {
        String name = "certificate";
        Optional<X509Certificate> found = host.certificate(site.certificate());
        if (found.isEmpty()) {
            return Finding.ok(name, "one is made at the first start");
        }
        Instant end = found.get().getNotAfter().toInstant();
        if (!host.now().isBefore(end)) {
            return Finding.fail(name, "it ended at " + end, "replace " + site.certificate());
        }
        Set<String> covered = names(found.get());
        List<String> missing = site.names().stream()
                .filter(wanted -> !isCovered(covered, wanted))
                .toList();
        if (!missing.isEmpty()) {
            return Finding.warn(
                    name,
                    "it is not for " + String.join(", ", missing),
                    "have one made for these names; one that Sekisho made: remove " + site.certificate()
                            + " and its key, and start again");
        }
        return host.now().plus(SOON).isBefore(end)
                ? Finding.ok(name, "until " + end)
                : Finding.warn(name, "it ends at " + end, "replace " + site.certificate() + " before");
    }

    private static Set<String> names(X509Certificate certificate) {
        try {
            return Optional.ofNullable(certificate.getSubjectAlternativeNames()).stream()
                    .flatMap(Collection::stream)
                    .map(entry -> String.valueOf(entry.get(1)).toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet());
        } catch (CertificateParsingException e) {
            return Set.of();
        }
    }

    private static boolean isCovered(Set<String> covered, String wanted) {
        String name = wanted.toLowerCase(Locale.ROOT);
        return covered.contains(name)
                || (name.contains(".") && covered.contains("*" + name.substring(name.indexOf('.'))));
    }

    private Finding nodes() {
        List<String> concerns = host.nodeConcerns();
        return concerns.isEmpty()
                ? Finding.ok("nodes", "what is decided is in force")
                : Finding.fail(
                        "nodes",
                        String.join("; ", concerns),
                        "look at the log of that server (journalctl -u sekisho): what was in force before still is");
    }

    private Finding netAdmin() {
        return host.hasNetAdmin()
                ? Finding.ok("rights", "CAP_NET_ADMIN")
                : Finding.fail(
                        "rights",
                        "this user may not make interfaces",
                        "run it as root or with CAP_NET_ADMIN, or without a tunnel: --no-tun");
    }

    private Finding tun() {
        return host.isUsable(TUN)
                ? Finding.ok("tun device", TUN.toString())
                : Finding.fail(
                        "tun device",
                        TUN + " can't be used",
                        "modprobe tun; in a container pass it on: --device /dev/net/tun");
    }

    private Finding forwarding(boolean needed) {
        boolean on = host.line(FORWARD_4).orElse("0").equals("1");
        if (!on && !needed) {
            return Finding.ok("forwarding", "not needed: there are no networks behind the server");
        }
        return on
                ? Finding.ok("forwarding", "net.ipv4.ip_forward is 1")
                : Finding.warn(
                        "forwarding",
                        "net.ipv4.ip_forward is 0: devices reach this host only",
                        "run the UP script of the network page, or sekisho network up");
    }

    private Finding firewall() {
        return host.hasProgram("nft") || host.hasProgram("iptables")
                ? Finding.ok("firewall tools", host.hasProgram("nft") ? "nft" : "iptables")
                : Finding.warn(
                        "firewall tools",
                        "neither nft nor iptables is there",
                        "install nftables: the UP script needs it for masquerading");
    }
}
