package dev.sekisho.control.flows.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.flows.EventJson;
import dev.sekisho.control.flows.search.RandomFlows;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Charts and top names are what a sum over all events gives, whatever was written and restarted in between.
class FlowStatsTest {
    private static final Instant START = Instant.parse("2026-11-23T20:03:00Z");

    @TempDir
    Path directory = Path.of("");

    private Instant now = START;

    private FlowStats open() throws IOException {
        return FlowStats.open(directory, () -> now);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void addUpToWhatHappened(long seed) throws IOException {
        Random random = new Random(seed);
        RandomFlows flows = new RandomFlows(random, START);
        List<CheckpointEvent> events = new ArrayList<>();
        FlowStats stats = open();
        for (int i = 0; i < 1_500; i++) {
            CheckpointEvent event = flows.next();
            events.add(event);
            now = Instant.ofEpochMilli(event.epochMillis() + random.nextInt(100));
            stats.record(event);
            if (random.nextInt(20) == 0) {
                stats.tick();
            }
            if (random.nextInt(200) == 0) {
                stats.close();
                stats = open();
            }
        }
        for (int i = 0; i < 40; i++) {
            Duration step = Duration.ofMinutes(1 + random.nextInt(90));
            Instant from = START.plusSeconds(random.nextInt(30_000) - 5_000L);
            Instant to = from.plusSeconds(60 + random.nextInt(50_000));
            assertSeries(stats.series(from, to, step), step, events);
            assertTop(stats, from, to, events);
        }
    }

    private static void assertSeries(List<FlowStats.Bucket> series, Duration step, List<CheckpointEvent> events) {
        for (FlowStats.Bucket bucket : series) {
            List<CheckpointEvent> within =
                    within(events, bucket.at(), bucket.at().plus(step));
            assertThat(bucket.at().toEpochMilli() % step.toMillis()).isZero();
            assertThat(bucket.opened())
                    .isEqualTo(within.stream()
                            .filter(CheckpointEvent.FlowOpened.class::isInstance)
                            .count());
            assertThat(bucket.closed()).isEqualTo(closed(within).count());
            assertThat(bucket.denied())
                    .isEqualTo(denied(within)
                            .mapToLong(one -> 1 + one.suppressed())
                            .sum());
            assertThat(bucket.bytesAllowed()).isEqualTo(sum(within, one -> one.handedOff() ? 0 : bytes(one)));
            assertThat(bucket.bytesHandedOff()).isEqualTo(sum(within, one -> one.handedOff() ? bytes(one) : 0));
            assertThat(bucket.bytesToTarget())
                    .isEqualTo(sum(within, one -> one.traffic().bytesToTarget()));
            assertThat(bucket.bytesToDevice())
                    .isEqualTo(sum(within, one -> one.traffic().bytesToDevice()));
        }
    }

    private static void assertTop(FlowStats stats, Instant from, Instant to, List<CheckpointEvent> events)
            throws IOException {
        long span = FlowStats.SPAN.toMillis();
        Instant first = Instant.ofEpochMilli(Math.floorDiv(from.toEpochMilli(), span) * span);
        Instant end = Instant.ofEpochMilli(Math.ceilDiv(to.toEpochMilli(), span) * span);
        List<CheckpointEvent> within = within(events, first, end);
        List<Top> users = stats.top(FlowStats.By.USER, from, to, false, 50);
        assertThat(users).isSortedAccordingTo((a, b) -> Long.compare(b.bytes(), a.bytes()));
        for (Top top : users) {
            assertThat(top.bytes())
                    .isEqualTo(sum(within, one -> one.user().name().equals(top.name()) ? bytes(one) : 0));
        }
        assertThat(users.stream().mapToLong(Top::flows).sum())
                .isEqualTo(closed(within).count());
        List<Top> destinations = stats.top(FlowStats.By.DESTINATION, from, to, true, 50);
        for (Top top : destinations) {
            assertThat(top.denied())
                    .isEqualTo(denied(within)
                            .filter(one -> EventJson.of(one)
                                    .get("destination")
                                    .getAsString()
                                    .equals(top.name()))
                            .count());
        }
        assertThat(stats.top(FlowStats.By.DEVICE, from, to, true, 2)).hasSizeLessThanOrEqualTo(2);
    }

    private static List<CheckpointEvent> within(List<CheckpointEvent> events, Instant from, Instant to) {
        return events.stream()
                .filter(event -> event.epochMillis() >= from.toEpochMilli() && event.epochMillis() < to.toEpochMilli())
                .toList();
    }

    private static Stream<CheckpointEvent.FlowClosed> closed(List<CheckpointEvent> events) {
        return events.stream()
                .filter(CheckpointEvent.FlowClosed.class::isInstance)
                .map(CheckpointEvent.FlowClosed.class::cast);
    }

    private static Stream<CheckpointEvent.FlowDenied> denied(List<CheckpointEvent> events) {
        return events.stream()
                .filter(CheckpointEvent.FlowDenied.class::isInstance)
                .map(CheckpointEvent.FlowDenied.class::cast);
    }

    private static long sum(List<CheckpointEvent> events, ToLongFunction<CheckpointEvent.FlowClosed> value) {
        return closed(events).mapToLong(value).sum();
    }

    private static long bytes(CheckpointEvent.FlowClosed closed) {
        return closed.traffic().bytesToTarget() + closed.traffic().bytesToDevice();
    }

    @Test
    void aLineThatACrashCutOffCostsItselfAlone() throws IOException {
        RandomFlows flows = new RandomFlows(new Random(4), START);
        FlowStats stats = open();
        stats.record(flows.closed());
        stats.close();
        Files.writeString(
                directory.resolve("2026-11-23.minutes.jsonl"), "\n{\"minute\":\"2026-11", StandardOpenOption.APPEND);
        stats = open();
        stats.record(flows.closed());
        stats.close();
        assertThat(open().series(START.minusSeconds(3_600), START.plusSeconds(60), Duration.ofMinutes(5)).stream()
                        .mapToLong(FlowStats.Bucket::closed)
                        .sum())
                .isEqualTo(2);
    }

    @Test
    void trafficOfDatagramsIsCountedAsItComes() throws IOException {
        FlowStats stats = open();
        stats.traffic(100, 10);
        now = START.plusSeconds(60);
        stats.traffic(200, 20);
        stats.tick();
        assertThat(stats.series(START, START.plusSeconds(120), Duration.ofMinutes(1)))
                .extracting(FlowStats.Bucket::received, FlowStats.Bucket::sent)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(100L, 10L), org.assertj.core.groups.Tuple.tuple(200L, 20L));
    }

    @Test
    void whatIsTooOldGoes() throws IOException {
        FlowStats stats = open();
        stats.traffic(1, 1);
        now = START.plus(Duration.ofDays(7));
        stats.traffic(1, 1);
        stats.tick();
        now = now.plusSeconds(120);
        stats.tick();
        assertThat(directory.resolve("2026-11-23.minutes.jsonl")).exists();
        now = START.plus(Duration.ofDays(8));
        stats.tick();
        assertThat(directory.resolve("2026-11-23.minutes.jsonl")).doesNotExist();
        assertThat(directory.resolve("2026-11-30.minutes.jsonl")).exists();
    }

    @Test
    void aChartIsBounded() throws IOException {
        FlowStats stats = open();
        assertThatThrownBy(() -> stats.series(START, START.plusSeconds(200_000), Duration.ofMinutes(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 2000 steps");
        assertThatThrownBy(() -> stats.series(START, START.plusSeconds(200), Duration.ofSeconds(90)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(stats.series(Instant.EPOCH, START, Duration.ofDays(60))).isNotEmpty();
    }

    @Test
    void namesAreBounded() {
        Tops tops = new Tops();
        for (int i = 0; i < Tops.MAX_NAMES + 50; i++) {
            tops.add(Tops.Kind.DESTINATION, new Top("d" + i, 1, i % 7, i, i));
        }
        assertThat(tops.all(Tops.Kind.DESTINATION)).hasSize(Tops.MAX_NAMES);
        assertThat(tops.kept(Tops.Kind.DESTINATION)).hasSizeLessThanOrEqualTo(2 * Tops.KEPT);
    }
}
