package dev.sekisho.control.policy;

import dev.sekisho.policy.compile.IncrementalCompiler;
import dev.sekisho.policy.compile.PolicyCompiler;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;

/// What a policy file of 10,000 users, 50,000 resources and 100,000 grants costs to read and to compile: run by hand,
/// prints the first run, which is what a start costs, and the best of some.
final class PolicyFileFigures {
    private static final int RUNS = 9;
    private static final double MILLI = 1e6;

    private final SplittableRandom random = new SplittableRandom(1);

    private PolicyFileFigures() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory("sekisho-policy-figures");
        try {
            Path file = Files.writeString(directory.resolve("policy.yaml"), new PolicyFileFigures().text());
            System.out.printf("%.1f MB%n", Files.size(file) / 1e6);
            report("read and check the file", () -> read(file));
            report("of it YAML: events alone", () -> events(file));
            PolicyFile.Content content = new PolicyFile(file).read(2);
            report("compile", () -> PolicyCompiler.compile(content.policy()).version());
            IncrementalCompiler compiler = new IncrementalCompiler();
            compiler.compile(content.policy());
            Files.writeString(file, Files.readString(file).replace("name: grant-77777,", "name: another,"));
            PolicyFile.Content next = new PolicyFile(file).read(3);
            long start = System.nanoTime();
            compiler.compile(next.policy());
            System.out.printf(
                    Locale.ROOT,
                    "compile after one line of the file was changed: %.0f ms, from the difference: %s%n",
                    (System.nanoTime() - start) / MILLI,
                    compiler.parts() == 1);
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    private static void report(String what, LongSupplier work) {
        long first = 0;
        long best = Long.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
            long start = System.nanoTime();
            long found = work.getAsLong();
            long nanos = System.nanoTime() - start;
            if (found == 0) {
                throw new IllegalStateException("nothing was read");
            }
            first = run == 0 ? nanos : first;
            best = Math.min(best, nanos);
        }
        System.out.printf(
                Locale.ROOT, "%s: first %.0f ms, best of %d %.0f ms%n", what, first / MILLI, RUNS, best / MILLI);
    }

    private static long read(Path file) {
        try (PolicyFile.Content content = new PolicyFile(file).read(1)) {
            return content.policy().grants().size();
        }
    }

    private static long events(Path file) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit((int) PolicyFile.MAX_BYTES)
                .setUseMarks(true)
                .setParseComments(false)
                .build();
        long count = 0;
        try (Reader reader = Files.newBufferedReader(file)) {
            for (Iterator<Event> events =
                            new Parse(settings).parseReader(reader).iterator();
                    events.hasNext();
                    events.next()) {
                count++;
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return count;
    }

    private String text() {
        StringBuilder text = new StringBuilder(
                "network: {interface: sk0, addresses: [10.66.0.1/24]," + " privateKeyFile: server.key}\nroles:\n");
        for (int i = 0; i < 200; i++) {
            text.append("  - {name: role-").append(i).append(", roles: [");
            text.append(i < 100 ? "role-" + (100 + i) : "").append("]}\n");
        }
        text.append("users:\n");
        for (int i = 0; i < 10_000; i++) {
            text.append("  - {name: user-").append(i).append(", roles: [");
            for (int j = 0; j < 10; j++) {
                text.append(j == 0 ? "role-" : ", role-").append((i + 19 * j) % 200);
            }
            text.append("]}\n");
        }
        text.append("resources:\n");
        for (int i = 0; i < 50_000; i++) {
            boolean host = random.nextInt(10) < 6;
            int address = random.nextInt(1 << 16);
            text.append("  - {name: resource-").append(i).append(", cidr: 10.").append(128 + i % 64);
            text.append('.').append(address >> 8).append(host ? "." + (address & 0xff) + "/32" : ".0/24");
            text.append(", ports: \"").append(i % 3 == 0 ? "22,80,443" : "443").append("\", protocol: tcp}\n");
        }
        text.append("grants:\n");
        for (int i = 0; i < 100_000; i++) {
            text.append("  - {name: grant-")
                    .append(i)
                    .append(", resource: resource-")
                    .append(random.nextInt(50_000));
            text.append(
                    random.nextInt(10) < 3
                            ? ", to: \"user:user-" + random.nextInt(10_000)
                            : ", to: \"role:role-" + random.nextInt(200));
            text.append("\", mfa: ").append(i % 2 == 0).append(i % 20 == 0 ? ", deny: true" : "");
            text.append(i % 10 == 3 ? ", weekly: \"Mon-Fri 08:00-18:00 Europe/Berlin\"" : "")
                    .append("}\n");
        }
        return text.toString();
    }
}
