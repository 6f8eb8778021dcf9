package dev.sekisho.it.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What `ping` found.
///
/// @param sent echo requests
/// @param received right answers
/// @param millis the round trip times, sorted
/// @param text all that ping said
public record Ping(int sent, int received, List<Double> millis, String text) {
    private static final Pattern COUNTS = Pattern.compile("(\\d+) packets transmitted, (\\d+) received");
    private static final Pattern TIME = Pattern.compile("time=([0-9.]+) ms");

    public Ping {
        millis = millis.stream().sorted().toList();
    }

    /// Sends a run of echo requests and waits for its end.
    ///
    /// @param to an address of either family
    /// @param count how many requests
    /// @param intervalSeconds between two of them
    /// @param options more of ping's own, such as `-M do -s 1392`
    public static Ping run(Namespace from, String to, int count, double intervalSeconds, String... options) {
        return parse(command(from, to, count, intervalSeconds, options).run());
    }

    /// The command of [#run], to be left running.
    public static Command command(Namespace from, String to, int count, double intervalSeconds, String... options) {
        var words = new ArrayList<>(List.of(
                "ping",
                "-n",
                "-c",
                Integer.toString(count),
                "-i",
                String.format(Locale.ROOT, "%.3f", intervalSeconds),
                "-W",
                "2"));
        words.addAll(List.of(options));
        words.add(to);
        return from.command(words);
    }

    /// Whether a single request is answered.
    public static boolean answers(Namespace from, String to) {
        return command(from, to, 1, 1).run().succeeded();
    }

    /// Reads what ping printed. One that gave up before its first request counts as 0 sent.
    public static Ping parse(Outcome outcome) {
        var counts = COUNTS.matcher(outcome.out());
        boolean counted = counts.find();
        var millis = TIME.matcher(outcome.out())
                .results()
                .map(match -> Double.parseDouble(match.group(1)))
                .toList();
        return new Ping(
                counted ? Integer.parseInt(counts.group(1)) : 0,
                counted ? Integer.parseInt(counts.group(2)) : 0,
                millis,
                outcome.text());
    }

    /// The time below which the share `quantile` (0..1) of the answers came.
    public double quantileMillis(double quantile) {
        if (millis.isEmpty()) {
            throw new LabException("no answer at all: " + text);
        }
        return millis.get((int) Math.min(millis.size() - 1L, (long) (millis.size() * quantile)));
    }
}
