package dev.sekisho.control.flows.search;

import dev.sekisho.control.flows.FlowLog;
import dev.sekisho.control.flows.FlowLogFiles;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.policy.Cidr;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;

/// How long searches take in a log of some millions of lines; for people, not for the build. Arguments: a
/// directory that is not there yet, and the number of lines.
public final class FlowSearchFigures {
    private FlowSearchFigures() {}

    static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        Path directory = Path.of(arguments[0]);
        int lines = Integer.parseInt(arguments[1]);
        RandomFlows flows = new RandomFlows(new Random(1), Instant.parse("2026-11-01T00:00:00Z"));
        long began = System.nanoTime();
        try (FlowLog log = FlowLog.open(directory, FlowLog.Retention.of(90_000, 8L << 30))) {
            for (int i = 0; i < lines; i++) {
                CheckpointEvent event = flows.next(300);
                log.append(event, event.epochMillis() + 5);
            }
            log.flush(flows.now());
        }
        FlowLogFiles.Usage usage = new FlowLogFiles(directory).usage();
        out.printf(
                "%,d lines, %,d MiB in %d files written in %d ms%n",
                lines, usage.bytes() >> 20, usage.files(), millis(began));
        FlowSearch search = new FlowSearch(new FlowLogFiles(directory));
        for (int run = 0; run < 2; run++) {
            ask(out, search, "newest 50", FlowQuery.ALL);
            ask(out, search, "user nobody", FlowQuery.ALL.of("nobody", Instant.EPOCH));
            ask(out, search, "user alice", FlowQuery.ALL.of("alice", Instant.EPOCH));
            ask(out, search, "10.9.0.0/16", RandomFlows.query(Optional.of(Cidr.parse("10.9.0.0/16"))));
            ask(
                    out,
                    search,
                    "10.0.0.0/8 with no such bytes",
                    new FlowQuery(
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(Cidr.parse("11.0.0.0/8")),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            0));
        }
    }

    private static void ask(PrintStream out, FlowSearch search, String what, FlowQuery query) throws IOException {
        long began = System.nanoTime();
        long first = 0;
        int pages = 0;
        long bytes = 0;
        Optional<String> next = Optional.empty();
        do {
            FlowSearch.Found found = search.find(query, next, 50);
            bytes += found.bytes();
            next = found.limited() ? found.next() : Optional.empty();
            first = pages++ == 0 ? millis(began) : first;
        } while (next.isPresent());
        out.printf(
                "%-30s first page %5d ms, in all %3d pages, %6d ms, %,6d MiB read%n",
                what, first, pages, millis(began), bytes >> 20);
    }

    private static long millis(long began) {
        return (System.nanoTime() - began) / 1_000_000;
    }
}
