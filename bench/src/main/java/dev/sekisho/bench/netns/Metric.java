package dev.sekisho.bench.netns;

import java.util.List;

/// A figure worth a line of the table, with what the project wants of it.
///
/// @param label for the table
/// @param experiment where it comes from
/// @param value its name in [Sample#values]
/// @param goal what is wanted
/// @param limit the ratio to the yardstick, or the value itself, that the goal names
record Metric(String label, Experiment experiment, String value, Goal goal, double limit) {
    /// How a figure is judged.
    enum Goal {
        RATIO_AT_LEAST("x >="),
        RATIO_AT_MOST("x <="),
        VALUE_AT_MOST("<="),
        NONE("");

        final String sign;

        Goal(String sign) {
            this.sign = sign;
        }

        boolean isMet(double value, double ratio, double limit) {
            return switch (this) {
                case RATIO_AT_LEAST -> ratio >= limit;
                case RATIO_AT_MOST -> ratio <= limit;
                case VALUE_AT_MOST -> value <= limit;
                case NONE -> true;
            };
        }
    }

    static final List<Metric> ALL = List.of(
            atLeast("TCP 1 stream, Gbit/s", Experiment.TCP_1, "gbps", 1.3),
            atLeast("TCP 1 stream back, Gbit/s", Experiment.TCP_1_BACK, "gbps", 1.3),
            atLeast("TCP 8 streams, Gbit/s", Experiment.TCP_8, "gbps", 1.3),
            atLeast("TCP 8 streams back, Gbit/s", Experiment.TCP_8_BACK, "gbps", 1.3),
            atMost("CPU s/GiB, sender (TCP 1)", Experiment.TCP_1, "leftCpuPerGib", 0.85),
            atMost("CPU s/GiB, receiver (TCP 1)", Experiment.TCP_1, "rightCpuPerGib", 0.85),
            atMost("CPU s/GiB, sender (TCP 8)", Experiment.TCP_8, "leftCpuPerGib", 0.85),
            atMost("CPU s/GiB, receiver (TCP 8)", Experiment.TCP_8, "rightCpuPerGib", 0.85),
            atMost("RSS under load, peak MiB (TCP 1)", Experiment.TCP_1, "peakMib", 0.8),
            atMost("RSS under load, peak MiB (TCP 8)", Experiment.TCP_8, "peakMib", 0.8),
            atLeast("UDP 64 B, kpkt/s at 0.5 % loss", Experiment.UDP_64, "kpps", 2.0),
            plain("UDP 64 B flood, kpkt/s delivered", Experiment.UDP_64_FLOOD, "kpps"),
            plain("RTT idle p50, ms", Experiment.LATENCY, "p50Millis"),
            plain("RTT idle p99, ms", Experiment.LATENCY, "p99Millis"),
            plain("RTT under TCP load p50, ms", Experiment.LATENCY_LOADED, "p50Millis"),
            atMost("RTT under TCP load p99, ms", Experiment.LATENCY_LOADED, "p99Millis", 1.0),
            atLeast("Handshakes/s", Experiment.HANDSHAKES, "rate", 0.8),
            plain("Handshakes/s of a cold process", Experiment.HANDSHAKES, "coldRate"),
            plain("KiB per peer at 1,000", Experiment.PEERS_1000, "kibPerPeer"),
            new Metric("KiB per peer at 10,000", Experiment.PEERS_10000, "kibPerPeer", Goal.VALUE_AT_MOST, 12),
            plain("wg setconf of 10,000 peers, s", Experiment.PEERS_10000, "setconfSeconds"));

    private static Metric atLeast(String label, Experiment experiment, String value, double limit) {
        return new Metric(label, experiment, value, Goal.RATIO_AT_LEAST, limit);
    }

    private static Metric atMost(String label, Experiment experiment, String value, double limit) {
        return new Metric(label, experiment, value, Goal.RATIO_AT_MOST, limit);
    }

    private static Metric plain(String label, Experiment experiment, String value) {
        return new Metric(label, experiment, value, Goal.NONE, 0);
    }
}
