package dev.sekisho.bench.netns;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sekisho.bench.policy.LargePolicy;
import dev.sekisho.bench.policy.PolicyYaml;
import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.CheckpointDevice;
import dev.sekisho.it.lab.CheckpointLab;
import dev.sekisho.it.lab.CheckpointServer;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Implementation;
import dev.sekisho.it.lab.Namespace;
import dev.sekisho.it.lab.Netns;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.WireguardPeer;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.Validity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// The tunnel with a large policy in force against the tunnel without a checkpoint: the same build, in turn.
///
/// With the policy: 10,000 users, 50,000 resources, 100,000 grants, a second factor given, the flow log written. A
/// sample is one run from a client of ours to the server's own address in the tunnel: TCP by iperf3, datagrams by our
/// own load, whose receiver says how many arrived. A sender that floods takes so much of a small machine that what
/// arrives says more of the scheduler than of the tunnel, so there is also the highest rate that loses next to nothing.
final class PolicyCost {
    private static final String USER = "bench";
    private static final int PORT = 5201;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String DATAGRAM_PORT = "5301";
    private static final String DATAGRAM_BYTES = "64";

    private enum Test {
        TCP_TO_SERVER("TCP to the server, Mbit/s", "-P", "1"),
        TCP_TO_CLIENT("TCP to the client, Mbit/s", "-R"),
        UDP_64("UDP 64 B to the server at 0.5 % loss, kpkt/s"),
        UDP_64_FLOOD("UDP 64 B flood, delivered, kpkt/s");

        private final String label;
        private final List<String> options;

        Test(String label, String... options) {
            this.label = label;
            this.options = List.of(options);
        }
    }

    private final Path home = Path.of(System.getProperty("sekisho.home"));
    private final Implementation ours = Implementation.sekisho(home);
    private final int seconds;
    private final Map<Test, List<Double>> without = new EnumMap<>(Test.class);
    private final Map<Test, List<Double>> with = new EnumMap<>(Test.class);

    private PolicyCost(int seconds) {
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        PolicyCost cost = new PolicyCost(arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5);
        for (int round = 1; round <= rounds; round++) {
            cost.withoutCheckpoint();
            cost.withCheckpoint();
            System.out.println("round " + round + " of " + rounds + ": " + cost.with);
        }
        cost.report();
    }

    private void withoutCheckpoint() {
        try (Netns netns = Netns.open();
                WireguardPeer server = WireguardPeer.start(netns.left(), ours)
                        .identify(CheckpointServer.PORT)
                        .up(Pair.USUAL_MTU);
                WireguardPeer client =
                        WireguardPeer.start(netns.addHost(), ours).identify().up(Pair.USUAL_MTU)) {
            server.accept(client);
            client.call(server, client.namespace().neighbour4() + ":" + CheckpointServer.PORT);
            try (Child _ = serve(server.namespace());
                    Child _ = receive(server.namespace())) {
                measure(client.namespace(), server.namespace().inner4(), without);
            }
        }
    }

    private void withCheckpoint() throws IOException {
        Path folder = Files.createTempDirectory("sekisho-policy-cost");
        try (CheckpointLab lab = CheckpointLab.open(home.resolve("sekisho").toString(), ours, folder)) {
            CheckpointDevice device = lab.addDevice(USER);
            lab.server().policy(policy(lab, device));
            lab.server().start();
            String target = lab.gateway().inner4();
            try (Child _ = serve(lab.gateway());
                    Child _ = receive(lab.gateway());
                    Child held = iperf(device.namespace(), target, List.of("-t", "1"))) {
                lab.approve(device, lab.awaitChallenge(device));
                held.awaitEnd(LIMIT);
                measure(device.namespace(), target, with);
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private static String policy(CheckpointLab lab, CheckpointDevice device) {
        LargePolicy large = new LargePolicy(LargePolicy.Size.SITE, 1);
        ResourceId id = new ResourceId("iperf");
        large.add(new IpResource(
                id,
                Cidr.parse(lab.gateway().inner4()),
                PortSet.parse("0," + PORT + "," + DATAGRAM_PORT),
                Transport.BOTH,
                false));
        large.add(
                new Grant(new GrantId("iperf"), id, new Subject.User(new UserId(USER)), false, true, Validity.ALWAYS));
        return "network: {interface: " + lab.server().interfaceName() + ", handoffInterface: "
                + lab.server().handOffInterface() + ", listen: " + CheckpointServer.PORT
                + ", addresses: [198.19.0.1/24], privateKeyFile: server.key}\n"
                + "devices:\n  - {name: " + device.name() + ", user: " + USER + ", publicKey: \""
                + device.peer().keys().publicKey() + "\", addresses: ["
                + device.namespace().inner4() + "]}\n"
                + PolicyYaml.of(
                        large.policy(),
                        "  - {name: " + USER + ", roles: [], totp: "
                                + device.authenticator().base32() + "}\n");
    }

    private static Child serve(Namespace host) {
        return host.command("iperf3", "-s", "-p", Integer.toString(PORT)).start();
    }

    /// Counts datagrams.
    private static Child receive(Namespace host) {
        return Lab.load(host, "udp-receive", DATAGRAM_PORT).start().awaitOutput("ready", LIMIT);
    }

    private void measure(Namespace client, String target, Map<Test, List<Double>> samples) {
        for (Test test : Test.values()) {
            double figure = switch (test) {
                case TCP_TO_SERVER, TCP_TO_CLIENT -> stream(client, target, test.options);
                case UDP_64 -> datagrams(client, "udp-search", target, DATAGRAM_PORT, DATAGRAM_BYTES, "1");
                case UDP_64_FLOOD ->
                    datagrams(client, "udp-send", target, DATAGRAM_PORT, DATAGRAM_BYTES, "0", "" + seconds);
            };
            samples.computeIfAbsent(test, key -> new ArrayList<>()).add(figure);
        }
    }

    /// Mbit/s that arrived.
    private double stream(Namespace client, String target, List<String> direction) {
        List<String> options = new ArrayList<>(direction);
        options.addAll(List.of("-t", Integer.toString(seconds), "-O", "1"));
        try (Child run = iperf(client, target, options)) {
            return json(run.awaitEnd(LIMIT).text())
                            .getAsJsonObject("end")
                            .getAsJsonObject("sum_received")
                            .get("bits_per_second")
                            .getAsDouble()
                    / 1e6;
        }
    }

    /// Thousands a second that arrived.
    private static double datagrams(Namespace client, String... load) {
        return json(Lab.load(client, load).withLimit(LIMIT).run().orThrow().out())
                        .get("rate")
                        .getAsDouble()
                / 1e3;
    }

    private static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }

    /// Started again until the server listens.
    private static Child iperf(Namespace client, String target, List<String> options) {
        List<String> words = new ArrayList<>(List.of("iperf3", "-J", "-c", target, "-p", Integer.toString(PORT)));
        words.addAll(options);
        Child[] run = {client.command(words).start()};
        Await.until(() -> "iperf3 reaches its server: " + run[0].output(), LIMIT, () -> {
            if (run[0].isAlive() || !run[0].output().contains("refused")) {
                return true;
            }
            run[0].close();
            run[0] = client.command(words).start();
            return false;
        });
        return run[0];
    }

    private void report() {
        System.out.printf(Locale.ROOT, "%-46s %10s %10s %8s%n", "medians", "without", "with", "ratio");
        for (Test test : Test.values()) {
            double off = median(without.getOrDefault(test, List.of()));
            double on = median(with.getOrDefault(test, List.of()));
            System.out.printf(Locale.ROOT, "%-46s %10.1f %10.1f %8.3f%n", test.label, off, on, on / off);
        }
    }

    private static double median(List<Double> samples) {
        return samples.stream().sorted().skip(samples.size() / 2).findFirst().orElse(Double.NaN);
    }
}
