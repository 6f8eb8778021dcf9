package dev.sekisho.control.flows.stats;

import dev.sekisho.control.flows.EventJson;
import dev.sekisho.dataplane.flow.ChallengeOutcome;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.policy.UserId;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Adds up what happens: sums per minute, and top names per ten minutes. Thread-safe. [#record] waits for no
/// disk; [#tick], called every few seconds, writes what is over.
public final class FlowStats implements AutoCloseable {
    /// Spans of top names.
    public static final Duration SPAN = Duration.ofMinutes(10);

    /// What a chart may have.
    public static final int MAX_BUCKETS = 2_000;

    private static final System.Logger LOG = System.getLogger(FlowStats.class.getName());
    private static final long MINUTE_MILLIS = 60_000;
    private static final long SPAN_MILLIS = SPAN.toMillis();
    private static final int MIN_DAYS = 8;

    private final StatFiles files;
    private final InstantSource clock;

    /// Guards what is not written yet; never held while a disk works.
    private final ReentrantLock memory = new ReentrantLock();

    /// Guards the files, so that nothing is read twice or not at all while it moves there. Taken before `memory`.
    private final ReentrantLock disk = new ReentrantLock();

    private NavigableMap<Long, Sums> minutes = new TreeMap<>();
    private NavigableMap<Long, Tops> spans = new TreeMap<>();
    private volatile int days = MIN_DAYS;
    private @Nullable LocalDate pruned;
    private boolean failing;

    private FlowStats(StatFiles files, InstantSource clock) {
        this.files = files;
        this.clock = clock;
    }

    /// Opens the sums in a directory, which is made for the owner only.
    public static FlowStats open(Path directory, InstantSource clock) throws IOException {
        StatFiles files = new StatFiles(directory);
        files.make();
        return new FlowStats(files, clock);
    }

    /// A stretch of a chart.
    ///
    /// @param at when it begins
    /// @param opened flows that were opened
    /// @param closed flows that ended; their bytes count at their end
    /// @param denied attempts that were refused
    /// @param bytesAllowed of ended flows that went to their destination
    /// @param bytesHandedOff of ended flows that were handed to a proxy
    /// @param bytesToTarget of ended flows
    /// @param bytesToDevice of ended flows
    /// @param challenges second factors that were asked for
    /// @param approved challenges that were approved
    /// @param refused challenges that were denied, ran out, or were no longer asked
    /// @param locks devices that were locked
    /// @param received bytes of datagrams from devices, as they came
    /// @param sent bytes of datagrams to devices, as they went
    public record Bucket(
            Instant at,
            long opened,
            long closed,
            long denied,
            long bytesAllowed,
            long bytesHandedOff,
            long bytesToTarget,
            long bytesToDevice,
            long challenges,
            long approved,
            long refused,
            long locks,
            long received,
            long sent) {
        private static Bucket of(long millis, Sums sums) {
            return new Bucket(
                    Instant.ofEpochMilli(millis),
                    sums.get(Measure.OPENED),
                    sums.get(Measure.CLOSED),
                    sums.get(Measure.DENIED),
                    sums.get(Measure.BYTES_ALLOWED),
                    sums.get(Measure.BYTES_HANDED_OFF),
                    sums.get(Measure.BYTES_TO_TARGET),
                    sums.get(Measure.BYTES_TO_DEVICE),
                    sums.get(Measure.CHALLENGES),
                    sums.get(Measure.APPROVED),
                    sums.get(Measure.REFUSED),
                    sums.get(Measure.LOCKS),
                    sums.get(Measure.RECEIVED),
                    sums.get(Measure.SENT));
        }
    }

    /// How long sums are kept; never less than the longest of the usual charts needs.
    public void retainDays(int keep) {
        days = Math.max(MIN_DAYS, keep);
    }

    /// Counts an event.
    public void record(CheckpointEvent event) {
        memory.lock();
        try {
            count(event);
        } finally {
            memory.unlock();
        }
    }

    private void count(CheckpointEvent event) {
        long at = event.epochMillis();
        switch (event) {
            case CheckpointEvent.FlowOpened _ -> add(at, Measure.OPENED, 1);
            case CheckpointEvent.FlowClosed closed -> count(closed);
            case CheckpointEvent.FlowDenied denied -> count(denied);
            case CheckpointEvent.ChallengeNeeded _ -> add(at, Measure.CHALLENGES, 1);
            case CheckpointEvent.ChallengeEnded ended ->
                add(at, ended.outcome() == ChallengeOutcome.APPROVED ? Measure.APPROVED : Measure.REFUSED, 1);
            case CheckpointEvent.DeviceLocked _ -> add(at, Measure.LOCKS, 1);
            case CheckpointEvent.ChallengesSilenced _, CheckpointEvent.DeviceUnlocked _ -> {}
        }
    }

    private void count(CheckpointEvent.FlowClosed closed) {
        long at = closed.epochMillis();
        long toTarget = closed.traffic().bytesToTarget();
        long toDevice = closed.traffic().bytesToDevice();
        add(at, Measure.CLOSED, 1);
        add(at, closed.handedOff() ? Measure.BYTES_HANDED_OFF : Measure.BYTES_ALLOWED, toTarget + toDevice);
        add(at, Measure.BYTES_TO_TARGET, toTarget);
        add(at, Measure.BYTES_TO_DEVICE, toDevice);
        Tops tops = span(at);
        tops.add(Tops.Kind.USER, new Top(closed.user().name(), 1, 0, toTarget, toDevice));
        tops.add(Tops.Kind.DEVICE, new Top(closed.device().name(), 1, 0, toTarget, toDevice));
        tops.add(Tops.Kind.RESOURCE, new Top(closed.resource().name(), 1, 0, toTarget, toDevice));
        tops.add(Tops.Kind.DESTINATION, new Top(destination(closed.tuple()), 1, 0, toTarget, toDevice));
    }

    private void count(CheckpointEvent.FlowDenied denied) {
        long attempts = 1 + denied.suppressed();
        add(denied.epochMillis(), Measure.DENIED, attempts);
        Tops tops = span(denied.epochMillis());
        UserId user = denied.user();
        if (user != null) {
            tops.add(Tops.Kind.USER, new Top(user.name(), 0, attempts, 0, 0));
        }
        tops.add(Tops.Kind.DEVICE, new Top(denied.device().name(), 0, attempts, 0, 0));
        // Where those without a line of their own went is not known.
        tops.add(Tops.Kind.DESTINATION, new Top(destination(denied.tuple()), 0, 1, 0, 0));
    }

    private static String destination(FlowTuple tuple) {
        return EventJson.endpoint(tuple.destinationHigh(), tuple.destinationLow(), tuple.destinationPort());
    }

    /// Counts datagrams that came and went since the last call.
    public void traffic(long received, long sent) {
        memory.lock();
        try {
            add(clock.millis(), Measure.RECEIVED, received);
            add(clock.millis(), Measure.SENT, sent);
        } finally {
            memory.unlock();
        }
    }

    private void add(long epochMillis, Measure measure, long value) {
        if (value != 0) {
            long minute = Math.floorDiv(epochMillis, MINUTE_MILLIS) * MINUTE_MILLIS;
            minutes.computeIfAbsent(minute, _ -> new Sums()).add(measure, value);
        }
    }

    private Tops span(long epochMillis) {
        return spans.computeIfAbsent(Math.floorDiv(epochMillis, SPAN_MILLIS) * SPAN_MILLIS, _ -> new Tops());
    }

    /// Writes the minutes and spans that are over, and removes what is too old; at the next turn when somebody reads
    /// for
    /// long: the thread that calls has other things to do.
    public void tick() {
        if (!disk.tryLock()) {
            return;
        }
        try {
            long now = clock.millis();
            write(Math.floorDiv(now, MINUTE_MILLIS) * MINUTE_MILLIS, Math.floorDiv(now, SPAN_MILLIS) * SPAN_MILLIS);
        } finally {
            disk.unlock();
        }
    }

    /// @param minute the first that is not over
    /// @param span the first that is not over
    private void write(long minute, long span) {
        disk.lock();
        try {
            NavigableMap<Long, Sums> overMinutes = new TreeMap<>();
            NavigableMap<Long, Tops> overSpans = new TreeMap<>();
            memory.lock();
            try {
                minutes = split(minutes, minute, overMinutes);
                spans = split(spans, span, overSpans);
            } finally {
                memory.unlock();
            }
            write(overMinutes, overSpans);
        } finally {
            disk.unlock();
        }
    }

    /// @return what is not over; what is goes to `over`
    private static <T> NavigableMap<Long, T> split(NavigableMap<Long, T> all, long until, Map<Long, T> over) {
        over.putAll(all.headMap(until, false));
        return new TreeMap<>(all.tailMap(until, true));
    }

    private void write(Map<Long, Sums> overMinutes, Map<Long, Tops> overSpans) {
        try {
            files.appendMinutes(overMinutes);
            for (Map.Entry<Long, Tops> span : overSpans.entrySet()) {
                files.appendTops(span.getKey(), span.getValue());
            }
            LocalDate first = StatFiles.day(clock.millis()).minusDays(days - 1L);
            if (!first.equals(pruned)) {
                files.prune(first);
                pruned = first;
            }
            failing = false;
        } catch (IOException e) {
            // Charts have a gap then; the flow log, which matters, has its own answer to a full disk.
            LOG.log(failing ? Level.DEBUG : Level.WARNING, "sums of flows can''t be written: {0}", e.getMessage());
            failing = true;
        }
    }

    /// A chart: all stretches from `from` to `to`, those without anything included.
    ///
    /// @param from the first moment, a multiple of `step` since 1970 in the answer
    /// @param step whole minutes
    /// @throws IllegalArgumentException when these are none, or too many
    public List<Bucket> series(Instant from, Instant to, Duration step) throws IOException {
        long stepMillis = step.toMillis();
        if (stepMillis < MINUTE_MILLIS || stepMillis % MINUTE_MILLIS != 0) {
            throw new IllegalArgumentException("a step is a number of whole minutes");
        }
        long first = Math.floorDiv(from.toEpochMilli(), stepMillis) * stepMillis;
        long count = Math.ceilDiv(to.toEpochMilli() - first, stepMillis);
        if (count < 1 || count > MAX_BUCKETS) {
            throw new IllegalArgumentException(
                    "a chart has 1 to " + MAX_BUCKETS + " steps, and this would have " + count);
        }
        List<Sums> sums = Stream.generate(Sums::new).limit(count).toList();
        StatFiles.MinuteReader reader = (minute, measure, value) -> {
            long index = Math.floorDiv(minute - first, stepMillis);
            if (index >= 0 && index < count) {
                sums.get((int) index).add(measure, value);
            }
        };
        readMinutes(first, first + count * stepMillis, reader);
        List<Bucket> buckets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            buckets.add(Bucket.of(first + i * stepMillis, sums.get(i)));
        }
        return buckets;
    }

    private void readMinutes(long from, long to, StatFiles.MinuteReader reader) throws IOException {
        disk.lock();
        try {
            for (LocalDate day : keptDays(from, to)) {
                files.readMinutes(day, reader);
            }
            memory.lock();
            try {
                minutes.forEach((minute, sums) -> {
                    for (Measure measure : Measure.values()) {
                        reader.minute(minute, measure, sums.get(measure));
                    }
                });
            } finally {
                memory.unlock();
            }
        } finally {
            disk.unlock();
        }
    }

    /// Days of which there may be files: what is asked for may be all of history.
    private List<LocalDate> keptDays(long from, long to) {
        long oldest = clock.millis() - Duration.ofDays(days + 1L).toMillis();
        long newest = clock.millis() + Duration.ofDays(1).toMillis();
        LocalDate last = StatFiles.day(Math.clamp(to - 1, oldest, newest));
        return StatFiles.day(Math.clamp(from, oldest, newest))
                .datesUntil(last.plusDays(1))
                .toList();
    }

    /// Whose names are counted.
    public enum By {
        /// Users.
        USER(Tops.Kind.USER),
        /// Devices, `USER/NAME`.
        DEVICE(Tops.Kind.DEVICE),
        /// Resources.
        RESOURCE(Tops.Kind.RESOURCE),
        /// Destinations, address and port.
        DESTINATION(Tops.Kind.DESTINATION);

        private final Tops.Kind kind;

        By(Tops.Kind kind) {
            this.kind = kind;
        }
    }

    /// The names with the most.
    ///
    /// @param from the first moment, rounded down to a [#SPAN]
    /// @param to the moment after the last, rounded up
    /// @param denied whether refusals count, not bytes
    public List<Top> top(By by, Instant from, Instant to, boolean denied, int limit) throws IOException {
        long first = spanOf(from);
        long end = Math.ceilDiv(to.toEpochMilli(), SPAN_MILLIS) * SPAN_MILLIS;
        Tops sum = new Tops();
        disk.lock();
        try {
            for (LocalDate day : keptDays(first, end)) {
                files.readTops(day, by.kind, first, end, sum);
            }
            memory.lock();
            try {
                spans.subMap(first, true, Math.max(first, end), false).values().forEach(sum::addAll);
            } finally {
                memory.unlock();
            }
        } finally {
            disk.unlock();
        }
        Comparator<Top> order = denied ? Top.BY_DENIED : Top.BY_BYTES;
        return sum.first(by.kind, order, Integer.MAX_VALUE).stream()
                .filter(top -> !denied || top.denied() > 0)
                .limit(limit)
                .toList();
    }

    private static long spanOf(Instant moment) {
        return Math.floorDiv(moment.toEpochMilli(), SPAN_MILLIS) * SPAN_MILLIS;
    }

    /// Writes everything.
    @Override
    public void close() {
        write(Long.MAX_VALUE, Long.MAX_VALUE);
    }
}
