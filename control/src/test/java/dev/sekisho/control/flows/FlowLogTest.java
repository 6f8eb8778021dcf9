package dev.sekisho.control.flows;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CloseReason;
import dev.sekisho.dataplane.flow.Denial;
import dev.sekisho.dataplane.flow.FlowTraffic;
import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.UserId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FlowLogTest {
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long V4 = 0xffff_0000_0000L;
    private static final FlowTuple TUPLE = new FlowTuple(0, V4 | 0x0a42_0002, 40_000, 0, V4 | 0x0a00_0105, 443, 6);

    @TempDir
    Path directory = Path.of("");

    private final long now = Instant.parse("2026-11-23T23:59:59Z").toEpochMilli();
    private volatile boolean full;

    @Test
    void aClosedFlowHasAllThatN17Asks() throws IOException {
        try (FlowLog log = FlowLog.open(directory, FlowLog.Retention.DEFAULT)) {
            log.append(closed(), now);
            log.flush(now);
        }
        Path file = directory.resolve("2026-11-23.jsonl");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).isEqualTo("""
                        {"event":"flow-closed","time":"2026-11-23T23:59:59.000Z","device":"alice-laptop","flow":7,\
                        "user":"alice","source":"10.66.0.2:40000","destination":"10.0.1.5:443","protocol":"tcp",\
                        "from":"device","start":"2026-11-23T23:59:58.000Z","end":"2026-11-23T23:59:59.000Z",\
                        "bytes":1500,"packets":5,"bytesToTarget":500,"packetsToTarget":2,"bytesToDevice":1000,\
                        "packetsToDevice":3,"verdict":"allowed","rule":"db/role:staff#1","resource":"db",\
                        "reason":"finished"}
                        """);
    }

    @Test
    void aNameStaysInItsLine() throws IOException {
        try (FlowLog log = FlowLog.open(directory, FlowLog.Retention.DEFAULT)) {
            log.append(new CheckpointEvent.DeviceUnlocked(now, new DeviceId("a\"},{\"b"), null), now);
            log.append(denied(), now);
            log.flush(now);
        }
        List<String> lines = Files.readAllLines(directory.resolve("2026-11-23.jsonl"));
        assertThat(lines).hasSize(2);
        assertThat(new Gson()
                        .fromJson(lines.getFirst(), JsonObject.class)
                        .get("device")
                        .getAsString())
                .isEqualTo("a\"},{\"b");
        assertThat(lines.getLast())
                .contains("\"source\":\"[fd00::2]:0\"", "\"verdict\":\"denied\"", "\"suppressed\":9");
    }

    @Test
    void everyDayAndEveryFullFileHasASuccessorAndOldOnesGo() throws IOException {
        long most = 9_000;
        try (FlowLog log = FlowLog.open(directory, new FlowLog.Retention(100, most, 3))) {
            for (int day = 0; day < 6; day++) {
                for (int i = 0; i < 2; i++) {
                    log.append(closed(), now + day * DAY);
                    log.flush(now + day * DAY);
                    assertThat(log.files().usage().bytes()).isLessThanOrEqualTo(most);
                }
            }
        }
        assertThat(names())
                .containsExactly(
                        "2026-11-27.2.index",
                        "2026-11-27.2.jsonl",
                        "2026-11-28.2.index",
                        "2026-11-28.2.jsonl",
                        "2026-11-28.index",
                        "2026-11-28.jsonl");
    }

    @Test
    void lessThatIsKeptComesIntoForceWithoutAnyEvent() throws IOException {
        try (FlowLog log = FlowLog.open(directory, new FlowLog.Retention(1 << 20, 1 << 30, 9))) {
            for (int day = 0; day < 4; day++) {
                log.append(closed(), now + day * DAY);
                log.flush(now + day * DAY);
            }
            log.tend(now + 3 * DAY);
            assertThat(logs()).hasSize(4);
            log.retain(new FlowLog.Retention(1 << 20, 1 << 30, 3));
            log.tend(now + 3 * DAY);
            assertThat(logs()).hasSize(3);
            log.tend(now + 4 * DAY);
            assertThat(logs()).containsExactly("2026-11-25.jsonl", "2026-11-26.jsonl");
            log.retain(new FlowLog.Retention(1 << 20, 1, 3));
            log.tend(now + 4 * DAY);
            assertThat(logs()).containsExactly("2026-11-26.jsonl");
        }
    }

    @Test
    void oldDaysGoEvenWhenThereIsRoom() throws IOException {
        Files.writeString(directory.resolve("notes.txt"), "not ours");
        Files.writeString(directory.resolve("notes.jsonl"), "not ours");
        try (FlowLog log = FlowLog.open(directory, new FlowLog.Retention(1 << 20, 1 << 30, 2))) {
            for (int day = 0; day < 4; day++) {
                log.append(closed(), now + day * DAY);
                log.flush(now + day * DAY);
            }
        }
        assertThat(names())
                .containsExactly(
                        "2026-11-25.index",
                        "2026-11-25.jsonl",
                        "2026-11-26.index",
                        "2026-11-26.jsonl",
                        "notes.jsonl",
                        "notes.txt");
    }

    /// A file that nobody can remove must not stop the log.
    @Test
    void anOldFileThatCantBeRemovedStopsNobody() throws IOException {
        Files.createDirectories(directory.resolve("2026-11-01.jsonl").resolve("in the way"));
        try (FlowLog log = FlowLog.open(directory, new FlowLog.Retention(1 << 20, 1 << 30, 2))) {
            log.append(closed(), now);
            log.flush(now);
            log.append(closed(), now + DAY);
            log.flush(now + DAY);
            assertThat(log.lostCount()).isZero();
        }
        assertThat(names()).contains("2026-11-23.jsonl", "2026-11-24.jsonl");
    }

    @Test
    void aLineThatACrashCutOffIsEnded() throws IOException {
        Path file = directory.resolve("2026-11-23.jsonl");
        Files.writeString(file, "{\"event\":\"flow-clo");
        try (FlowLog log = FlowLog.open(directory, FlowLog.Retention.DEFAULT)) {
            log.append(closed(), now);
            log.flush(now);
        }
        assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("{\"event\":\"flow-clo");
    }

    /// The locks are on the same disk, and they must be written.
    @Test
    void someSpaceIsLeftToOthersForWhichTheOldestFilesGoFirst() throws IOException {
        FlowLog.Opener disk = new FlowLog.Opener() {
            @Override
            public OutputStream append(FlowLogFiles.LogFile file) throws IOException {
                return FlowLogFiles.append(file);
            }

            @Override
            public long usableBytes(Path ofDirectory) throws IOException {
                // Each file that goes makes room; what others have taken does not come back.
                return (full ? 2L - logs().size() : 9L) * 2 * FlowLog.RESERVE_BYTES;
            }
        };
        try (FlowLog log = FlowLog.open(directory, FlowLog.Retention.DEFAULT, disk)) {
            for (int day = 0; day < 4; day++) {
                log.append(closed(), now + day * DAY);
                log.flush(now + day * DAY);
            }
            full = true;
            log.append(closed(), now + 3 * DAY);
            log.flush(now + 3 * DAY);
            assertThat(log.problem()).isNull();
            assertThat(logs()).containsExactly("2026-11-26.jsonl");
            assertThat(Files.readAllLines(directory.resolve("2026-11-26.jsonl")))
                    .hasSize(2);
        }
    }

    @Test
    void whatAFullDiskDoesNotTakeIsKeptAndWrittenOnceWhenItDoes() throws IOException {
        try (FlowLog log = FlowLog.open(directory, FlowLog.Retention.DEFAULT, this::disk)) {
            log.append(closed(), now);
            log.flush(now);
            full = true;
            for (int i = 0; i < 3; i++) {
                log.append(closed(), now);
                log.flush(now);
            }
            assertThat(log.problem()).contains("No space left");
            assertThat(log.lostCount()).isZero();
            full = false;
            log.flush(now);
            assertThat(log.problem()).isNull();
        }
        assertThat(Files.readAllLines(directory.resolve("2026-11-23.jsonl")))
                .hasSize(4)
                .allMatch(line -> line.startsWith("{\"event\":\"flow-closed\"") && line.endsWith("}"));
    }

    @Test
    void whatIsMoreThanCanBeKeptIsCountedAndTold() throws IOException {
        int count = 6_000;
        try (FlowLog log = FlowLog.open(directory, FlowLog.Retention.DEFAULT, this::disk)) {
            full = true;
            log.append(closed(), now);
            log.flush(now);
            for (int i = 1; i < count; i++) {
                log.append(closed(), now);
            }
            assertThat(log.lostCount()).isPositive();
            full = false;
            log.flush(now);
            List<String> lines = Files.readAllLines(directory.resolve("2026-11-23.jsonl"));
            assertThat(lines).hasSize((int) (count - log.lostCount() + 1));
            assertThat(lines.getLast()).contains("\"event\":\"lost\"", "\"count\":" + log.lostCount() + "}");
        }
    }

    /// The checkpoint's ring fills behind whoever waits, and then no new flow opens.
    @Test
    void whoeverBringsAnEventWaitsForAFullDiskUnlessTheDataPlaneIsStopped() throws Exception {
        full = true;
        FlowLog log = FlowLog.open(directory, FlowLog.Retention.DEFAULT, this::disk);
        FlowLogWriter writer = FlowLogWriter.start(log, InstantSource.fixed(Instant.ofEpochMilli(now)));
        try (writer) {
            writer.put(unlocked());
            while (writer.problem().isEmpty()) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < FlowLogWriter.QUEUE_EVENTS; i++) {
                writer.put(unlocked());
            }
            Thread bringer = Thread.ofPlatform().daemon().start(() -> writer.put(unlocked()));
            awaitWaiting(bringer);
            assertThat(bringer.isAlive()).isTrue();
            assertThat(writer.lostCount()).isZero();
            writer.withoutWaiting(() -> {
                writer.put(unlocked());
                while (bringer.isAlive()) {
                    Thread.onSpinWait();
                }
            });
        }
        assertThat(writer.lostCount()).isEqualTo(FlowLogWriter.QUEUE_EVENTS + 3L);
    }

    @Test
    void theWriterWritesAllBeforeItEnds() throws IOException {
        FlowLog log = FlowLog.open(directory, FlowLog.Retention.DEFAULT);
        try (FlowLogWriter writer = FlowLogWriter.start(log, InstantSource.fixed(Instant.ofEpochMilli(now)))) {
            for (int i = 0; i < 10_000; i++) {
                writer.put(closed());
            }
        }
        assertThat(Files.readAllLines(directory.resolve("2026-11-23.jsonl"))).hasSize(10_000);
    }

    @Test
    void whoeverBringsAnEventWaitsForASlowDiskAndNothingIsLost() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        FlowLog log = FlowLog.open(directory, FlowLog.Retention.DEFAULT, file -> slowDisk(file, stuck, goOn));
        int count = 2 * FlowLogWriter.QUEUE_EVENTS;
        try (FlowLogWriter writer = FlowLogWriter.start(log, InstantSource.fixed(Instant.ofEpochMilli(now)))) {
            writer.put(unlocked());
            stuck.await();
            Thread bringer = Thread.ofPlatform().daemon().start(() -> {
                for (int i = 1; i < count; i++) {
                    writer.put(unlocked());
                }
            });
            awaitWaiting(bringer);
            assertThat(writer.lostCount()).isZero();
            goOn.countDown();
            bringer.join();
            assertThat(writer.lostCount()).isZero();
        }
        assertThat(Files.readAllLines(directory.resolve("2026-11-23.jsonl"))).hasSize(count);
    }

    @Test
    void closingEndsTheWaitAndWhatFoundNoRoomIsCounted() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        FlowLog log = FlowLog.open(directory, FlowLog.Retention.DEFAULT, file -> slowDisk(file, stuck, goOn));
        FlowLogWriter writer = FlowLogWriter.start(log, InstantSource.fixed(Instant.ofEpochMilli(now)));
        writer.put(unlocked());
        stuck.await();
        for (int i = 0; i < FlowLogWriter.QUEUE_EVENTS; i++) {
            writer.put(unlocked());
        }
        Thread bringer = Thread.ofPlatform().daemon().start(() -> writer.put(unlocked()));
        awaitWaiting(bringer);
        Thread closer = Thread.ofPlatform().daemon().start(writer::close);
        bringer.join();
        assertThat(writer.lostCount()).isEqualTo(1);
        goOn.countDown();
        closer.join();
        assertThat(writer.lostCount()).isEqualTo(1);
        assertThat(Files.readAllLines(directory.resolve("2026-11-23.jsonl")))
                .hasSize(1 + FlowLogWriter.QUEUE_EVENTS + 1)
                .last()
                .asString()
                .contains("\"event\":\"lost\"", "\"count\":1");
    }

    private CheckpointEvent unlocked() {
        return new CheckpointEvent.DeviceUnlocked(now, new DeviceId("laptop"), null);
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.isAlive() && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    /// A disk that is stuck until somebody says so.
    private static OutputStream slowDisk(FlowLogFiles.LogFile file, CountDownLatch stuck, CountDownLatch goOn)
            throws IOException {
        stuck.countDown();
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return FlowLogFiles.append(file);
    }

    @Test
    void idsOfChallengesAreReadAsTheyAreWritten() {
        assertThat(ChallengeIds.text(1)).isEqualTo("00000001");
        assertThat(ChallengeIds.text((1L << 40) - 1)).isEqualTo("zzzzzzzz");
        for (long id = 1; id < 1L << 40; id = id * 7 + 3) {
            assertThat(ChallengeIds.parse(ChallengeIds.text(id))).hasValue(id);
        }
        assertThat(ChallengeIds.parse("OoIiLl0Z"))
                .hasValue(ChallengeIds.parse("0011110z").orElseThrow());
        assertThat(ChallengeIds.parse("0000000u")).isEmpty();
        assertThat(ChallengeIds.parse("0000000")).isEmpty();
    }

    private OutputStream disk(FlowLogFiles.LogFile file) throws IOException {
        OutputStream out = FlowLogFiles.append(file);
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("write whole arrays");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (full) {
                    out.write(bytes, offset, length / 2);
                    throw new IOException("No space left on device");
                }
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    private CheckpointEvent closed() {
        return new CheckpointEvent.FlowClosed(
                now,
                7,
                new DeviceId("alice-laptop"),
                new UserId("alice"),
                TUPLE,
                new GrantId("db/role:staff#1"),
                new ResourceId("db"),
                true,
                false,
                now - 1_000,
                new FlowTraffic(500, 2, 1_000, 3),
                CloseReason.FINISHED);
    }

    private CheckpointEvent denied() {
        FlowTuple tuple = new FlowTuple(0xfd00L << 48, 2, 0, 0xfd00L << 48, 5, 0, 58);
        return new CheckpointEvent.FlowDenied(now, new DeviceId("d"), null, tuple, true, Denial.NO_GRANT, null, 9);
    }

    private List<String> logs() throws IOException {
        return names().stream()
                .filter(name -> name.endsWith(".jsonl") && name.startsWith("2026"))
                .toList();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}
