package dev.sekisho.bench.netns;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Implementation;
import dev.sekisho.it.lab.Keys;
import dev.sekisho.it.lab.Netns;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.Ping;
import dev.sekisho.it.lab.WireguardPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// The experiments themselves: each visits one lab and returns its figures by name.
final class Measurements {
    private static final double GIB = 1 << 30;
    private static final double KIB_A_MIB = 1024;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    /// Initiations under way, far below what makes a responder ask for cookies.
    private static final int HANDSHAKE_WINDOW = 32;

    private static final int HANDSHAKE_PEERS = 1_000;
    private static final double HANDSHAKES_A_SECOND = 12_000;
    private static final double SEARCH_STEP_SECONDS = 2;

    private final double seconds;
    private final double searchStepSeconds;

    Measurements(Options options) {
        seconds = options.seconds();
        searchStepSeconds = options.smoke() ? options.seconds() : SEARCH_STEP_SECONDS;
    }

    Map<String, Double> run(Experiment experiment, Lab lab) {
        return switch (experiment) {
            case TCP_1 -> withProcesses(lab, () -> tcp(lab, 1));
            case TCP_1_BACK -> withProcesses(lab, () -> tcp(lab, 1, "-R"));
            case TCP_8 -> withProcesses(lab, () -> tcp(lab, 8));
            case TCP_8_BACK -> withProcesses(lab, () -> tcp(lab, 8, "-R"));
            case UDP_64 -> udp(lab, "udp-search", Double.toString(searchStepSeconds));
            case UDP_64_FLOOD -> withProcesses(lab, () -> udp(lab, "udp-send", "0", Double.toString(seconds)));
            case LATENCY -> latency(lab, 0.005, (int) (seconds * 120));
            case LATENCY_LOADED -> latencyLoaded(lab);
            case HANDSHAKES -> handshakes(lab.implementation());
            case PEERS_1000 -> memory(lab.implementation(), 1_000);
            case PEERS_10000 -> memory(lab.implementation(), 10_000);
        };
    }

    private Map<String, Double> tcp(Lab lab, int streams, String... more) {
        var words = new ArrayList<>(List.of(
                "iperf3",
                "-J",
                "-c",
                lab.target(),
                "-t",
                Integer.toString((int) Math.ceil(seconds)),
                "-P",
                Integer.toString(streams)));
        words.addAll(List.of(more));
        Outcome outcome = lab.left().command(words).withLimit(LIMIT).run().orThrow();
        JsonObject end = json(outcome.out()).getAsJsonObject("end");
        JsonObject received = end.getAsJsonObject("sum_received");
        var values = new LinkedHashMap<String, Double>();
        values.put("gbps", received.get("bits_per_second").getAsDouble() / 1e9);
        values.put("gib", received.get("bytes").getAsDouble() / GIB);
        values.put(
                "retransmits",
                end.getAsJsonObject("sum_sent").get("retransmits").getAsDouble());
        return values;
    }

    private Map<String, Double> udp(Lab lab, String load, String... more) {
        var words = new ArrayList<>(List.of(load, lab.target(), Lab.UDP_PORT, "64"));
        words.addAll(List.of(more));
        JsonObject result = json(Lab.load(lab.left(), words.toArray(String[]::new))
                .withLimit(LIMIT)
                .run()
                .orThrow()
                .out());
        var values = new LinkedHashMap<String, Double>();
        values.put("kpps", result.get("rate").getAsDouble() / 1e3);
        values.put("offeredKpps", result.get("offered").getAsDouble() / 1e3);
        values.put("loss", result.get("loss").getAsDouble());
        values.put("reordered", result.get("reordered").getAsDouble());
        return values;
    }

    private Map<String, Double> latency(Lab lab, double intervalSeconds, int count) {
        Ping ping = Ping.run(lab.left(), lab.target(), count, intervalSeconds);
        var values = new LinkedHashMap<String, Double>();
        values.put("p50Millis", ping.quantileMillis(0.50));
        values.put("p99Millis", ping.quantileMillis(0.99));
        values.put("loss", 1 - (double) ping.received() / ping.sent());
        return values;
    }

    private Map<String, Double> latencyLoaded(Lab lab) {
        String time = Integer.toString((int) Math.ceil(seconds) + 2);
        try (Child load = lab.left()
                .command("iperf3", "--forceflush", "-i", "0.5", "-c", lab.target(), "-t", time)
                .start()) {
            load.awaitOutput("bits/sec", Duration.ofSeconds(10));
            return latency(lab, 0.01, (int) (seconds * 90));
        }
    }

    /// Adds what both processes cost meanwhile.
    private static Map<String, Double> withProcesses(Lab lab, Supplier<Map<String, Double>> work) {
        long left = lab.pair().left().process().pid();
        long right = lab.pair().right().process().pid();
        ProcessFigures.forgetPeak(left);
        ProcessFigures.forgetPeak(right);
        ProcessFigures left0 = ProcessFigures.of(left);
        ProcessFigures right0 = ProcessFigures.of(right);
        Map<String, Double> values = work.get();
        ProcessFigures left1 = ProcessFigures.of(left);
        ProcessFigures right1 = ProcessFigures.of(right);
        Double gib = values.get("gib");
        if (gib != null) {
            values.put("leftCpuPerGib", (left1.cpuSeconds() - left0.cpuSeconds()) / gib);
            values.put("rightCpuPerGib", (right1.cpuSeconds() - right0.cpuSeconds()) / gib);
        }
        values.put("leftResidentMib", left1.residentMib());
        values.put("rightResidentMib", right1.residentMib());
        values.put("peakMib", Math.max(left1.peakMib(), right1.peakMib()));
        return values;
    }

    /// A fresh responder with 1,000 known peers.
    private Map<String, Double> handshakes(Implementation implementation) {
        Path initiations = temporary();
        try (Netns netns = Netns.open();
                WireguardPeer responder = WireguardPeer.start(netns.right(), implementation)) {
            responder.identify();
            responder.namespace().ip("link", "set", responder.name(), "up").orThrow();
            String publicKey = responder.keys().publicKey();
            // As many as could be answered, and a reserve.
            int count = (int) (HANDSHAKES_A_SECOND * 2 * seconds);
            List<String> peers = Lab.load(
                            netns.left(),
                            "handshakes-prepare",
                            publicKey,
                            Integer.toString(HANDSHAKE_PEERS),
                            Integer.toString(count),
                            initiations.toString())
                    .withLimit(LIMIT)
                    .run()
                    .orThrow()
                    .out()
                    .lines()
                    .toList();
            configure(responder, peers);
            double before = ProcessFigures.of(responder.process().pid()).cpuSeconds();
            JsonObject result = json(Lab.load(
                            netns.left(),
                            "handshakes",
                            netns.right().outer4(),
                            Integer.toString(WireguardPeer.PORT),
                            publicKey,
                            initiations.toString(),
                            Integer.toString(HANDSHAKE_PEERS),
                            Integer.toString(HANDSHAKE_WINDOW),
                            Double.toString(seconds / 2),
                            Double.toString(seconds))
                    .withLimit(LIMIT)
                    .run()
                    .orThrow()
                    .out());
            double cpu = ProcessFigures.of(responder.process().pid()).cpuSeconds() - before;
            var values = new LinkedHashMap<String, Double>();
            for (String name : List.of("rate", "coldRate", "lost", "cookies", "p50", "p99")) {
                values.put(name, result.get(name).getAsDouble());
            }
            values.put("cpuSeconds", cpu);
            return values;
        } finally {
            delete(initiations);
        }
    }

    /// What peers cost that never speak: resident memory before and after one `wg setconf`.
    private Map<String, Double> memory(Implementation implementation, int count) {
        try (Netns netns = Netns.open();
                WireguardPeer peer = WireguardPeer.start(netns.right(), implementation)) {
            peer.identify();
            long pid = peer.process().pid();
            ProcessFigures before = settled(pid);
            List<String> keys =
                    IntStream.range(0, count).mapToObj(_ -> Keys.presharedKey()).toList();
            long startNanos = System.nanoTime();
            configure(peer, keys);
            double setconfSeconds = (System.nanoTime() - startNanos) * 1e-9;
            ProcessFigures after = settled(pid);
            int known = (int) peer.wg("show", "peers").lines().count();
            var values = new LinkedHashMap<String, Double>();
            values.put("kibPerPeer", (after.residentMib() - before.residentMib()) * KIB_A_MIB / count);
            values.put("setconfSeconds", setconfSeconds);
            values.put("emptyMib", before.residentMib());
            values.put("fullMib", after.residentMib());
            values.put("peers", (double) known);
            return values;
        }
    }

    /// Figures of a process that has stopped changing its memory.
    private static ProcessFigures settled(long pid) {
        double[] last = {-1};
        Await.holdsWithin(Duration.ofSeconds(5), () -> {
            double now = ProcessFigures.of(pid).residentMib();
            boolean same = now == last[0];
            last[0] = now;
            return !Await.holdsWithin(Duration.ofMillis(500), () -> false) && same;
        });
        return ProcessFigures.of(pid);
    }

    private static void configure(WireguardPeer peer, List<String> publicKeys) {
        var text = new StringBuilder("[Interface]\nListenPort = " + WireguardPeer.PORT + "\nPrivateKey = "
                + peer.keys().privateKey() + "\n");
        for (int i = 0; i < publicKeys.size(); i++) {
            text.append(String.format(
                    Locale.ROOT,
                    "[Peer]%nPublicKey = %s%nAllowedIPs = 198.19.%d.%d/32, fd00:77::%x/128%n",
                    publicKeys.get(i),
                    i >> 8,
                    i & 0xff,
                    i));
        }
        peer.tryWg(text.toString(), "setconf", new String[] {"/dev/stdin"}).orThrow();
    }

    private static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }

    private static Path temporary() {
        try {
            return Files.createTempFile("sekisho-bench", ".bin");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
