package dev.sekisho.bench.netns;

import dev.sekisho.it.lab.Command;
import dev.sekisho.it.lab.Implementation;
import dev.sekisho.it.lab.LabException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// `bench/netns`: opens a lab per implementation, visits them all with every experiment, round after round, and
/// reports.
public final class NetnsBench {
    private final Options options;
    private final Measurements measurements;
    private final List<Lab> labs = new ArrayList<>();
    private final List<Sample> samples = new ArrayList<>();

    private NetnsBench(Options options) {
        this.options = options;
        this.measurements = new Measurements(options);
    }

    /// Exit code 0 when every experiment gave figures.
    public static void main(String[] words) throws IOException {
        if (Arrays.asList(words).contains("--help")) {
            System.out.printf(Options.HELP, Experiment.words());
            return;
        }
        Path home = Path.of(Objects.requireNonNull(System.getProperty("sekisho.home"), "sekisho.home"));
        boolean complete;
        try {
            complete = new NetnsBench(options(words, home)).run();
        } catch (IllegalArgumentException | LabException e) {
            System.err.println("bench/netns: " + e.getMessage());
            complete = false;
        }
        System.exit(complete ? 0 : 1);
    }

    /// The yardstick is fetched only when it is wanted.
    private static Options options(String[] words, Path home) {
        Path current = Path.of("wireguard-go");
        if (!Arrays.asList(words).contains("--impl")) {
            current = Path.of(Command.of(home.resolve("bench/peers").toString(), "current")
                    .withLimit(Duration.ofMinutes(5))
                    .run()
                    .orThrow()
                    .out()
                    .strip());
        }
        return Options.parse(words, home, current);
    }

    private boolean run() throws IOException {
        try {
            for (Implementation implementation : options.implementations()) {
                labs.add(Lab.open(implementation));
            }
            round(0, Experiment.COLD);
            for (int round = 1; round <= options.rounds(); round++) {
                round(round, options.experiments());
            }
        } finally {
            labs.forEach(Lab::close);
        }
        var report = new Report(samples, options);
        report.print(System.out);
        report.write(options.json());
        System.out.println("all samples: " + options.json());
        return samples.stream().allMatch(sample -> sample.error().isEmpty());
    }

    private void round(int round, List<Experiment> experiments) {
        List<Lab> order = round % 2 == 0 ? labs.reversed() : labs;
        for (Experiment experiment : experiments) {
            for (Lab lab : order) {
                Sample sample = measure(experiment, lab, round);
                if (!sample.clean() && sample.error().isEmpty() && round > 0 && !options.smoke()) {
                    samples.add(sample);
                    sample = measure(experiment, lab, round);
                }
                samples.add(sample);
            }
        }
    }

    private Sample measure(Experiment experiment, Lab lab, int round) {
        Machine.awaitQuiet(options.foreignCores(), options.quiet());
        double foreignBefore = Machine.foreignCpuSeconds();
        long startNanos = System.nanoTime();
        Map<String, Double> values = Map.of();
        String error = "";
        try {
            values = measurements.run(experiment, lab);
        } catch (LabException | AssertionError | IllegalStateException e) {
            error = String.valueOf(e.getMessage());
        }
        double foreign = (Machine.foreignCpuSeconds() - foreignBefore) / ((System.nanoTime() - startNanos) * 1e-9);
        boolean clean = error.isEmpty() && (options.smoke() || foreign <= options.foreignCores());
        var sample = new Sample(experiment.word(), lab.implementation().name(), round, clean, foreign, values, error);
        log(sample);
        return sample;
    }

    private static void log(Sample sample) {
        var text = new StringBuilder();
        sample.values()
                .forEach((name, value) ->
                        text.append(' ').append(name).append('=').append(String.format(Locale.ROOT, "%.3f", value)));
        System.err.printf(
                Locale.ROOT,
                "round %d %-14s %-14s%s%s%s%n",
                sample.round(),
                sample.experiment(),
                sample.implementation(),
                text,
                sample.clean() ? "" : String.format(Locale.ROOT, " (disturbed: %.2f cores)", sample.foreignCores()),
                sample.error().isEmpty() ? "" : " FAILED: " + sample.error());
    }
}
