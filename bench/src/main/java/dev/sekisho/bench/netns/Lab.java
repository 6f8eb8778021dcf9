package dev.sekisho.bench.netns;

import dev.sekisho.bench.load.LoadMain;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Command;
import dev.sekisho.it.lab.Implementation;
import dev.sekisho.it.lab.Namespace;
import dev.sekisho.it.lab.Pair;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One implementation against itself, connected, with the servers of the load generators on the right.
///
/// @param implementation which
/// @param pair both ends
/// @param servers iperf3 and the UDP receiver, on the right
record Lab(Implementation implementation, Pair pair, List<Child> servers) implements AutoCloseable {
    static final String UDP_PORT = "5301";
    private static final Duration READY_LIMIT = Duration.ofSeconds(20);

    static Lab open(Implementation implementation) {
        Pair pair = Pair.connected(implementation, implementation);
        Namespace right = pair.netns().right();
        List<Child> servers = List.of(
                right.command("iperf3", "-s", "--forceflush").start().awaitOutput("Server listening", READY_LIMIT),
                load(right, "udp-receive", UDP_PORT).start().awaitOutput("ready", READY_LIMIT));
        return new Lab(implementation, pair, servers);
    }

    /// The command of one load generator; its JVM compiles hot loops fully and collects nothing.
    static Command load(Namespace namespace, String... words) {
        var line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LoadMain.class.getName()));
        line.addAll(List.of(words));
        return namespace.command(line);
    }

    /// Where the right side is inside the tunnel.
    String target() {
        return pair.netns().right().inner4();
    }

    Namespace left() {
        return pair.netns().left();
    }

    @Override
    public void close() {
        servers.forEach(Child::close);
        pair.close();
    }
}
