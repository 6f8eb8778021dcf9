package dev.sekisho.control.flows.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sekisho.control.flows.FlowLog;
import dev.sekisho.control.flows.FlowLogFiles;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.policy.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a search finds is what a naive filter over all lines finds, whatever the log went through.
@Timeout(120)
class FlowSearchTest {
    private static final Instant START = Instant.parse("2026-11-23T22:00:00Z");
    private static final FlowLog.Retention ALL = new FlowLog.Retention(300_000, 1 << 30, 90);

    @TempDir
    Path directory = Path.of("");

    private final FlowLogFiles files() {
        return new FlowLogFiles(directory);
    }

    /// Several days, several files a day, several blocks a file, a crash and damaged lines in between.
    private void write(RandomFlows flows, int count) throws IOException {
        int written = 0;
        while (written < count) {
            FlowLog log = FlowLog.open(directory, ALL);
            int until = Math.min(count, written + count / 3 + 1);
            for (; written < until; written++) {
                CheckpointEvent event = flows.next();
                log.append(event, event.epochMillis() + 5);
                if (written % 97 == 0) {
                    log.flush(event.epochMillis() + 5);
                }
            }
            log.flush(flows.now());
            if (flows.random().nextBoolean()) {
                log.close(); // else as after a crash: the last block is in no index
            }
            FlowLogFiles.LogFile newest = files().list().getLast();
            Files.writeString(
                    newest.path(),
                    List.of("{\"event\":\"flow-clo", "}\n{\n", "\n\u0000\n", "{\"event\":\"flow-closed\",\"time\":7}\n")
                            .get(flows.random().nextInt(4)),
                    StandardOpenOption.APPEND);
        }
    }

    /// All flows as a reader of the files sees them, the newest first.
    private List<JsonObject> naive() throws IOException {
        List<JsonObject> all = new ArrayList<>();
        for (FlowLogFiles.LogFile file : files().list()) {
            for (String line : Files.readString(file.path()).split("\n", -1)) {
                if (line.startsWith("{\"event\":\"flow-closed\",\"time\":\"")
                        || line.startsWith("{\"event\":\"flow-denied\",\"time\":\"")) {
                    all.add(JsonParser.parseString(line).getAsJsonObject());
                }
            }
        }
        return all.reversed();
    }

    private static String key(JsonObject line) {
        return line.get("time").getAsString()
                + line.get("device").getAsString()
                + line.get("source").getAsString();
    }

    private static String key(FlowRecord flow) {
        String millis = flow.at().toString();
        return (millis.length() == 20 ? millis.replace("Z", ".000Z") : millis) + flow.device() + flow.source();
    }

    private List<FlowRecord> pages(FlowQuery query, int limit, long budget) throws IOException {
        FlowSearch search = new FlowSearch(files(), budget);
        List<FlowRecord> found = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            FlowSearch.Found page = search.find(query, next, limit);
            assertThat(page.flows()).hasSizeLessThanOrEqualTo(limit);
            assertThat(page.limited())
                    .isEqualTo(page.next().isPresent() && page.flows().size() < limit);
            assertThat(page.next()).isNotEqualTo(next.or(() -> Optional.of("none")));
            found.addAll(page.flows());
            next = page.next();
        } while (next.isPresent());
        return found;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void findsWhatANaiveFilterFinds(long seed) throws IOException {
        RandomFlows flows = new RandomFlows(new Random(seed), START);
        write(flows, 6_000);
        List<JsonObject> all = naive();
        assertThat(files().list()).hasSizeGreaterThan(3);
        for (int i = 0; i < 60; i++) {
            RandomFlows.Question question = flows.question();
            List<String> expected = all.stream()
                    .filter(question.naive())
                    .map(FlowSearchTest::key)
                    .toList();
            int limit = 1 + flows.random().nextInt(200);
            long budget = flows.random().nextBoolean()
                    ? FlowSearch.PAGE_BYTES
                    : 1 + flows.random().nextInt(700_000);
            assertThat(pages(question.query(), limit, budget).stream().map(FlowSearchTest::key))
                    .as("seed %d, %s", seed, question.query())
                    .containsExactlyElementsOf(expected);
        }
    }

    @Test
    void aPageStaysWhereItIsWhileTheLogGrowsAndRotatesAndLosesItsOldestFiles() throws IOException {
        RandomFlows flows = new RandomFlows(new Random(5), START);
        write(flows, 3_000);
        List<String> before = naive().stream().map(FlowSearchTest::key).toList();
        FlowSearch search = new FlowSearch(files());
        FlowSearch.Found first = search.find(FlowQuery.ALL, Optional.empty(), 500);
        write(flows, 3_000);
        List<String> found =
                new ArrayList<>(first.flows().stream().map(FlowSearchTest::key).toList());
        FlowSearch.Found second = search.find(FlowQuery.ALL, first.next(), 500);
        found.addAll(second.flows().stream().map(FlowSearchTest::key).toList());
        assertThat(found).isEqualTo(before.subList(0, 1_000));

        for (FlowLogFiles.LogFile file :
                files().list().reversed().subList(1, files().list().size())) {
            Files.delete(file.path());
        }
        FlowSearch.Found third = search.find(FlowQuery.ALL, second.next(), 500);
        assertThat(third.flows()).isEmpty();
        assertThat(third.next()).isEmpty();
    }

    @Test
    void damagedLinesAreSkippedAndCountedAndOneThatIsBeingWrittenIsNot() throws IOException {
        RandomFlows flows = new RandomFlows(new Random(6), START);
        try (FlowLog log = FlowLog.open(directory, ALL)) {
            for (int i = 0; i < 10; i++) {
                log.append(flows.closed(), START.toEpochMilli());
            }
            log.flush(START.toEpochMilli());
        }
        Path file = files().list().getFirst().path();
        String lines = Files.readString(file);
        String last = lines.substring(lines.lastIndexOf('\n', lines.length() - 2) + 1);
        Files.writeString(
                file,
                "nonsense\n" + "{\"event\":\"flow-closed\",\"time\":\"2026-11-23T22:00:00.000Z\"}\n"
                        + last.replace("10.", "999.") + "x".repeat(2 << 20) + "\n" + "\n",
                StandardOpenOption.APPEND);
        FlowSearch search = new FlowSearch(files());
        FlowQuery blocks = RandomFlows.query(Optional.of(Cidr.parse("0.0.0.0/0")));
        FlowSearch.Found found = search.find(FlowQuery.ALL, Optional.empty(), 100);
        long damaged = found.damaged();
        assertThat(damaged).isGreaterThanOrEqualTo(3);
        assertThat(search.find(blocks, Optional.empty(), 100).flows()).isNotEmpty();
        Files.writeString(file, last.substring(0, 100), StandardOpenOption.APPEND);
        assertThat(search.find(FlowQuery.ALL, Optional.empty(), 100).damaged()).isEqualTo(damaged);
    }

    @Test
    void anIndexThatIsDamagedOrGoneHidesNothing() throws IOException {
        RandomFlows flows = new RandomFlows(new Random(7), START);
        write(flows, 4_000);
        List<String> expected = naive().stream().map(FlowSearchTest::key).toList();
        Random random = flows.random();
        try (Stream<Path> indexes = Files.list(directory)) {
            for (Path index :
                    indexes.filter(path -> path.toString().endsWith(".index")).toList()) {
                byte[] bytes = Files.readAllBytes(index);
                bytes[random.nextInt(bytes.length)] ^= 0x10;
                Files.write(index, bytes);
            }
        }
        assertThat(pages(FlowQuery.ALL, 300, FlowSearch.PAGE_BYTES).stream().map(FlowSearchTest::key))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void theIndexSparesWhatCantHoldTheAnswer() throws IOException {
        RandomFlows flows = new RandomFlows(new Random(8), START);
        write(flows, 8_000);
        FlowQuery nobody = FlowQuery.ALL.of("nobody", Instant.EPOCH);
        FlowSearch.Found found = new FlowSearch(files()).find(nobody, Optional.empty(), 10);
        assertThat(found.flows()).isEmpty();
        assertThat(found.bytes()).isLessThan(files().usage().bytes() / 2);
    }

    @Test
    void aTimeRangeReadsNoOlderDays() throws IOException {
        RandomFlows flows = new RandomFlows(new Random(9), START);
        write(flows, 4_000);
        FlowSearch search = new FlowSearch(files());
        Instant newest = search.find(FlowQuery.ALL, Optional.empty(), 1)
                .flows()
                .getFirst()
                .at();
        FlowQuery recent = FlowQuery.ALL.of("alice", newest.minus(Duration.ofMinutes(1)));
        assertThat(search.find(recent, Optional.empty(), 500).flows())
                .allMatch(flow -> !flow.at().isBefore(newest.minus(Duration.ofMinutes(1))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "2026-11-23", "2026-13-45:1", "2026-11-23:-1", "2026-11-23.0:1", "../x:1"})
    void aCursorThatIsNoneIsRefused(String cursor) {
        assertThatThrownBy(() -> new FlowSearch(files()).find(FlowQuery.ALL, Optional.of(cursor), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anExportHandsOverAllUntilItsReaderIsGone() throws IOException {
        RandomFlows flows = new RandomFlows(new Random(10), START);
        write(flows, 2_000);
        List<String> all = new ArrayList<>();
        new FlowSearch(files()).each(FlowQuery.ALL, flow -> all.add(key(flow)));
        assertThat(all).isEqualTo(naive().stream().map(FlowSearchTest::key).toList());
        List<String> some = new ArrayList<>();
        Predicate<FlowRecord> few = flow -> some.add(key(flow)) && some.size() < 7;
        new FlowSearch(files()).each(FlowQuery.ALL, few);
        assertThat(some).hasSize(7);
    }
}
