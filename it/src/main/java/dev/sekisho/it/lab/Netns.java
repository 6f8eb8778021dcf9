package dev.sekisho.it.lab;

import dev.sekisho.it.lab.Namespace.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// Two hosts on one cable, each a network namespace of its own. `<lab>` is `skit<pid>n<number>`.
///
/// ```
///   namespace <lab>a                                             namespace <lab>b
///  +------------------------------+                             +------------------------------+
///  | <lab>a  tunnel               |                             | <lab>b  tunnel               |
///  |   198.19.0.1/24              |      (made by the           |   198.19.0.2/24              |
///  |   fd00:198:19::1/64          |    implementations)         |   fd00:198:19::2/64          |
///  |                              |                             |                              |
///  | v0  198.18.0.1/24            |         veth cable          | v0  198.18.0.2/24            |
///  |     fd00:198:18::1/64        +-----------------------------+     fd00:198:18::2/64        |
///  +------------------------------+   MTU 1500 (or as asked)    +------------------------------+
/// ```
///
/// No other route exists in either. [#addHost] joins further hosts to the left one, each by a cable of its own. Closing
/// it ends every process inside (by id) and removes the namespaces; a lab left by a run that crashed is recognised by
/// the dead process id in its name and removed before the next one is made.
public final class Netns implements AutoCloseable {
    private static final Pattern OURS = Pattern.compile("skit(\\d+)n\\d+[a-z]");
    private static final Path UAPI_FOLDER = Path.of("/var/run/wireguard");
    private static final AtomicInteger COUNT = new AtomicInteger();
    /// Keeps names within the kernel's 15 characters: skit + 7 digits + n + 2 digits + a.
    private static final int NAMES = 100;

    private final Namespace left;
    private final Namespace right;
    private final List<Namespace> further = new CopyOnWriteArrayList<>();
    private final String lab;
    private final Thread atExit = new Thread(this::remove, "netns-cleanup");

    private Netns(String lab) {
        this.lab = lab;
        this.left = new Namespace(lab + "a", Side.LEFT, 0);
        this.right = new Namespace(lab + "b", Side.RIGHT, 0);
    }

    /// Makes both hosts, joined by a cable of MTU 1500.
    public static Netns open() {
        return open(1500);
    }

    /// Makes both hosts, joined by a cable of the given MTU (bytes of an IP packet).
    public static Netns open(int cableMtu) {
        sweep();
        String lab = "skit" + ProcessHandle.current().pid() + "n" + COUNT.getAndIncrement() % NAMES;
        var netns = new Netns(lab);
        Runtime.getRuntime().addShutdownHook(netns.atExit);
        try {
            netns.build(cableMtu);
        } catch (LabException e) {
            netns.close();
            throw e;
        }
        return netns;
    }

    /// Adds a host whose cable leads to the left one. There the cable's end is called `v1` for the first, `v2` for the
    /// second, and so on; on the new host it is [Namespace#CABLE]. At most 24 in a lab.
    public Namespace addHost() {
        int cable = further.size() + 1;
        if ('b' + cable > 'z') {
            throw new LabException("a lab has no room for another host");
        }
        var host = new Namespace(lab + (char) ('b' + cable), Side.RIGHT, cable);
        further.add(host);
        make(host);
        String here = "v" + cable;
        left.ip("link", "add", here, "type", "veth", "peer", "name", Namespace.CABLE, "netns", host.name())
                .orThrow();
        var end = new Namespace(left.name(), Side.LEFT, cable);
        left.addAddress(here, end.outer4() + "/24");
        left.addAddress(here, end.outer6() + "/64");
        left.ip("link", "set", here, "up").orThrow();
        host.addCableAddress(host.outer4() + "/24");
        host.addCableAddress(host.outer6() + "/64");
        host.ip("link", "set", Namespace.CABLE, "up").orThrow();
        return host;
    }

    private static void make(Namespace host) {
        ip("netns", "add", host.name());
        // Roaming takes an address away while another one of its subnet stays.
        host.run("sysctl", "-qw", "net.ipv4.conf.all.promote_secondaries=1");
        host.ip("link", "set", "lo", "up").orThrow();
    }

    private void build(int cableMtu) {
        both().forEach(Netns::make);
        left.ip("link", "add", Namespace.CABLE, "type", "veth", "peer", "name", Namespace.CABLE, "netns", right.name())
                .orThrow();
        for (Namespace side : both()) {
            side.addCableAddress(side.outer4() + "/24");
            side.addCableAddress(side.outer6() + "/64");
            side.ip("link", "set", Namespace.CABLE, "mtu", Integer.toString(cableMtu), "up")
                    .orThrow();
        }
    }

    public Namespace left() {
        return left;
    }

    public Namespace right() {
        return right;
    }

    private List<Namespace> both() {
        return List.of(left, right);
    }

    @Override
    public void close() {
        remove();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private void remove() {
        both().forEach(side -> remove(side.name()));
        further.forEach(side -> remove(side.name()));
    }

    /// Removes what earlier runs left whose process is gone.
    static void sweep() {
        Command.of("ip", "netns", "list").run().orThrow().out().lines().forEach(line -> {
            var match = OURS.matcher(line.split(" ", -1)[0]);
            if (match.matches()
                    && ProcessHandle.of(Long.parseLong(match.group(1))).isEmpty()) {
                remove(match.group());
            }
        });
    }

    private static void remove(String name) {
        Outcome inside = Command.of("ip", "netns", "pids", name).run();
        if (inside.succeeded()) {
            inside.out().lines().map(String::strip).map(Long::parseLong).forEach(Netns::end);
            Command.of("ip", "netns", "del", name).run();
        }
        try {
            Files.deleteIfExists(UAPI_FOLDER.resolve(name + ".sock"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static void ip(String... words) {
        var line = new ArrayList<>(List.of("ip"));
        line.addAll(List.of(words));
        Command.of(line).run().orThrow();
    }
}
