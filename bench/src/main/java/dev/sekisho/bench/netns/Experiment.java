package dev.sekisho.bench.netns;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What can be measured. The left side sends, unless the name says `back`.
enum Experiment {
    TCP_1,
    TCP_1_BACK,
    TCP_8,
    TCP_8_BACK,
    /// Highest rate of 64-byte datagrams with at most 0.5 % loss.
    UDP_64,
    /// 64-byte datagrams offered without pause: what arrives.
    UDP_64_FLOOD,
    LATENCY,
    /// Round trips beside one TCP stream.
    LATENCY_LOADED,
    HANDSHAKES,
    PEERS_1000,
    PEERS_10000;

    static final List<Experiment> SMOKE =
            List.of(TCP_1, TCP_1_BACK, UDP_64_FLOOD, LATENCY, LATENCY_LOADED, HANDSHAKES, PEERS_1000);

    /// What the round before the first visits, to warm everything up and to be reported apart.
    static final List<Experiment> COLD = List.of(TCP_1, TCP_1_BACK, UDP_64_FLOOD, LATENCY_LOADED, TCP_8);

    /// The name on the command line and in the records, e.g. `tcp-1-back`.
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String words() {
        return Arrays.stream(values()).map(Experiment::word).collect(Collectors.joining(","));
    }

    static List<Experiment> parse(String list) {
        return Arrays.stream(list.split("[, ]+", -1)).map(Experiment::of).toList();
    }

    private static Experiment of(String word) {
        return Arrays.stream(values())
                .filter(experiment -> experiment.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such test: " + word + "; there are " + words()));
    }
}
