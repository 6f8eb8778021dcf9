package dev.sekisho.bench.netns;

import com.google.gson.GsonBuilder;
import dev.sekisho.it.lab.Implementation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/// Turns samples into the tables and the JSON file. A ratio is taken within a round, where both samples are clean; the
/// table
/// shows the median of these ratios and their extremes.
final class Report {
    private static final String ROW = "%-36s %12s %12s  %6s  %-15s %-9s %s%n";

    private final List<Sample> samples;
    private final Options options;

    Report(List<Sample> samples, Options options) {
        this.samples = List.copyOf(samples);
        this.options = options;
    }

    void print(PrintStream out) {
        Implementation yardstick = options.yardstick();
        for (Implementation ours : options.implementations()) {
            if (!ours.equals(yardstick)) {
                printTable(out, ours.name(), yardstick.name());
            }
        }
        if (options.implementations().size() == 1) {
            printTable(out, yardstick.name(), yardstick.name());
        }
        printCold(out);
        long spoilt = samples.stream().filter(sample -> !sample.clean()).count();
        out.printf("%d samples, %d left out (disturbed by other work, or failed)%n", samples.size(), spoilt);
    }

    private void printTable(PrintStream out, String ours, String yardstick) {
        out.printf("%n" + ROW, "medians of clean rounds", ours, yardstick, "ratio", "(min-max, n)", "goal", "");
        for (Metric metric : Metric.ALL) {
            OptionalDouble mine = median(values(metric, ours));
            OptionalDouble base = median(values(metric, yardstick));
            if (mine.isEmpty() || base.isEmpty()) {
                continue;
            }
            double[] ratios = ratios(metric, ours, yardstick);
            double ratio = median(ratios).orElse(Double.NaN);
            String spread = ratios.length == 0
                    ? "-"
                    : String.format(
                            Locale.ROOT, "(%.2f-%.2f, %d)", ratios[0], ratios[ratios.length - 1], ratios.length);
            // A smoke run is too short to judge by.
            boolean hasGoal = metric.goal() != Metric.Goal.NONE && !options.smoke();
            out.printf(
                    ROW,
                    metric.label(),
                    number(mine.getAsDouble()),
                    number(base.getAsDouble()),
                    String.format(Locale.ROOT, "%.2f", ratio),
                    spread,
                    hasGoal ? metric.goal().sign + " " + metric.limit() : "",
                    hasGoal ? verdict(metric, mine.getAsDouble(), ratio) : "");
        }
    }

    private static String verdict(Metric metric, double value, double ratio) {
        return metric.goal().isMet(value, ratio, metric.limit()) ? "met" : "MISSED";
    }

    private void printCold(PrintStream out) {
        out.printf("%nThe first run of each process, not part of the above:%n");
        for (Sample sample : samples) {
            if (sample.round() == 0 && sample.error().isEmpty()) {
                out.printf("  %-16s %-14s %s%n", sample.implementation(), sample.experiment(), headline(sample));
            }
        }
    }

    private static String headline(Sample sample) {
        return Metric.ALL.stream()
                .filter(metric -> metric.experiment().word().equals(sample.experiment()))
                .filter(metric -> sample.values().containsKey(metric.value()))
                .findFirst()
                .map(metric ->
                        number(Objects.requireNonNull(sample.values().get(metric.value()))) + "  " + metric.label())
                .orElse("");
    }

    void write(Path file) throws IOException {
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        var whole = Map.of(
                "yardstick",
                options.yardstick().name(),
                "implementations",
                options.implementations(),
                "processors",
                Runtime.getRuntime().availableProcessors(),
                "kernel",
                Objects.requireNonNull(System.getProperty("os.version")),
                "samples",
                samples);
        Files.writeString(
                file,
                new GsonBuilder()
                        .setPrettyPrinting()
                        .serializeSpecialFloatingPointValues()
                        .create()
                        .toJson(whole));
    }

    private double[] values(Metric metric, String implementation) {
        return samples.stream()
                .filter(sample -> sample.clean() && sample.round() > 0)
                .filter(sample -> sample.implementation().equals(implementation))
                .filter(sample -> sample.experiment().equals(metric.experiment().word()))
                .map(sample -> sample.values().get(metric.value()))
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private double[] ratios(Metric metric, String ours, String yardstick) {
        var ratios = new ArrayList<Double>();
        for (int round = 1; round <= options.rounds(); round++) {
            OptionalDouble mine = cleanValue(metric, ours, round);
            OptionalDouble base = cleanValue(metric, yardstick, round);
            if (mine.isPresent() && base.isPresent()) {
                ratios.add(mine.getAsDouble() / base.getAsDouble());
            }
        }
        return ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    private OptionalDouble cleanValue(Metric metric, String implementation, int round) {
        return samples.stream()
                .filter(sample -> sample.clean() && sample.round() == round)
                .filter(sample -> sample.implementation().equals(implementation))
                .filter(sample -> sample.experiment().equals(metric.experiment().word()))
                .map(sample -> sample.values().get(metric.value()))
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .findFirst();
    }

    static OptionalDouble median(double[] values) {
        if (values.length == 0) {
            return OptionalDouble.empty();
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return OptionalDouble.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.3f", value);
    }
}
