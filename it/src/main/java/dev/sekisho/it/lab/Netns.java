package dev.sekisho.it.lab;

import dev.sekisho.it.lab.Namespace.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
/// No other route exists in either. Closing it ends every process inside (by id) and removes both namespaces; a lab
/// left by
/// a run that crashed is recognised by the dead process id in its name and removed before the next one is made.
public final class Netns implements AutoCloseable {
    private static final Pattern OURS = Pattern.compile("skit(\\d+)n\\d+[ab]");
    private static final Path UAPI_FOLDER = Path.of("/var/run/wireguard");
    private static final AtomicInteger COUNT = new AtomicInteger();
    /// Keeps names within the kernel's 15 characters: skit + 7 digits + n + 2 digits + a.
    private static final int NAMES = 100;

    private final Namespace left;
    private final Namespace right;
    private final Thread atExit = new Thread(this::remove, "netns-cleanup");

    private Netns(Namespace left, Namespace right) {
        this.left = left;
        this.right = right;
    }

    /// Makes both hosts, joined by a cable of MTU 1500.
    public static Netns open() {
        return open(1500);
    }

    /// Makes both hosts, joined by a cable of the given MTU (bytes of an IP packet).
    public static Netns open(int cableMtu) {
        sweep();
        String lab = "skit" + ProcessHandle.current().pid() + "n" + COUNT.getAndIncrement() % NAMES;
        var netns = new Netns(new Namespace(lab + "a", Side.LEFT), new Namespace(lab + "b", Side.RIGHT));
        Runtime.getRuntime().addShutdownHook(netns.atExit);
        try {
            netns.build(cableMtu);
        } catch (LabException e) {
            netns.close();
            throw e;
        }
        return netns;
    }

    private void build(int cableMtu) {
        for (Namespace side : both()) {
            ip("netns", "add", side.name());
            // Roaming takes an address away while another one of its subnet stays.
            side.run("sysctl", "-qw", "net.ipv4.conf.all.promote_secondaries=1");
            side.ip("link", "set", "lo", "up").orThrow();
        }
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
