package dev.sekisho.control.flows;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Every event as a line of JSON in files by day (product line N17). One owner thread; [#lostCount], [#problem]
/// and [#retain] may be called by any.
///
/// Lines are gathered and written when enough of them are there or [#flush] says so. While the disk is full (but
/// for [#RESERVE_BYTES]) the oldest files go. When none is left, or the disk fails, that is logged once,
/// [#problem] says so, and the lines that have gathered are kept for the next try: whoever brings more has to
/// wait, for only [#MAX_KEPT_BYTES] of them are. What is lost beyond that is counted, and a `lost` line tells the
/// number as soon as writing works again: a gap is visible.
public final class FlowLog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FlowLog.class.getName());
    private static final int BUFFER_BYTES = 64 * 1024;

    /// Lines that are kept while nothing can be written.
    static final int MAX_KEPT_BYTES = 1 << 20;

    /// How much is kept.
    ///
    /// @param maxFileBytes a file above this is followed by another
    /// @param maxTotalBytes all files and indexes together; the oldest go first
    /// @param days days that are kept, today included
    public record Retention(long maxFileBytes, long maxTotalBytes, int days) {
        private static final long LARGEST_FILE = 128L << 20;
        private static final int FILES = 16;

        /// What holds unless said otherwise.
        public static final Retention DEFAULT = of(30, 2L << 30);

        /// So many days, in so many bytes at most.
        public static Retention of(int days, long maxTotalBytes) {
            return new Retention(Math.min(LARGEST_FILE, maxTotalBytes / FILES), maxTotalBytes, days);
        }
    }

    /// Free bytes that are left to others: the locks and the used codes are on the same disk, and they must
    /// be written.
    public static final long RESERVE_BYTES = 64L << 20;

    /// The disk; the tests have some that fail.
    interface Opener {
        OutputStream append(FlowLogFiles.LogFile file) throws IOException;

        /// Bytes that this process may still write.
        default long usableBytes(Path directory) throws IOException {
            return Files.getFileStore(directory).getUsableSpace();
        }
    }

    /// The file that is written.
    private static final class Current {
        final FlowLogFiles.LogFile file;
        final OutputStream out;
        final FlowIndex index;
        long bytes;

        Current(FlowLogFiles.LogFile file, OutputStream out, long bytes) {
            this.file = file;
            this.out = out;
            this.index = new FlowIndex(file.index(), bytes);
            this.bytes = bytes;
        }
    }

    /// A file behind whose end a write has failed.
    private record Torn(FlowLogFiles.LogFile file, long bytes) {}

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private final FlowLogFiles files;
    private final Opener opener;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream(BUFFER_BYTES);
    private final FlowBlock pendingBlock = new FlowBlock();
    private int pendingLines;
    private @Nullable Current current;
    private @Nullable Torn torn;

    /// Bytes of the other files.
    private long otherBytes;

    private LocalDate prunedDay = LocalDate.MIN;
    private @Nullable Retention pruned;
    private long untoldCount;
    private final AtomicLong lostCount = new AtomicLong();
    private volatile Retention retention;
    private volatile @Nullable String problem;

    private FlowLog(Path directory, Retention retention, Opener opener) {
        this.files = new FlowLogFiles(directory);
        this.retention = retention;
        this.opener = opener;
    }

    /// Opens the log in a directory, which is made for the owner only.
    public static FlowLog open(Path directory, Retention retention) throws IOException {
        return open(directory, retention, FlowLogFiles::append);
    }

    static FlowLog open(Path directory, Retention retention, Opener opener) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new FlowLog(directory, retention, opener);
    }

    /// Its files.
    public FlowLogFiles files() {
        return files;
    }

    /// How much is kept from now on; comes into force with the next [#tend].
    public void retain(Retention next) {
        retention = next;
    }

    /// How much is kept.
    public Retention retention() {
        return retention;
    }

    /// Why nothing can be written, while that is so.
    public @Nullable String problem() {
        return problem;
    }

    /// Whether the last try to write failed.
    boolean isFailing() {
        return problem != null;
    }

    /// Appends an event.
    ///
    /// @param nowEpochMillis the wall clock, which names the file
    public void append(CheckpointEvent event, long nowEpochMillis) {
        if (isFailing() && pending.size() >= MAX_KEPT_BYTES) {
            lost(1);
            return;
        }
        byte[] line = (GSON.toJson(EventJson.of(event)) + "\n").getBytes(StandardCharsets.UTF_8);
        pending.write(line, 0, line.length);
        pendingBlock.add(event);
        pendingLines++;
        if (pending.size() >= BUFFER_BYTES && !isFailing()) {
            flush(nowEpochMillis);
        }
    }

    /// Notes that events were lost before they came here.
    public void lost(long count) {
        untoldCount += count;
        lostCount.addAndGet(count);
    }

    /// Events that are in no file.
    public long lostCount() {
        return lostCount.get();
    }

    /// Writes what has gathered; when that fails it is kept.
    public void flush(long nowEpochMillis) {
        if (pendingLines == 0 && untoldCount == 0) {
            return;
        }
        try {
            write(nowEpochMillis);
            if (isFailing()) {
                problem = null;
                LOG.log(Level.INFO, "the flow log is written again; {0} events are lost", lostCount.get());
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    private void write(long nowEpochMillis) throws IOException {
        long told = untoldCount;
        byte[] lostLine = told == 0 ? new byte[0] : lostLine(told, nowEpochMillis);
        Current file = rotated(nowEpochMillis); // first, for it removes what is too old
        int length = pending.size() + lostLine.length;
        requireRoom(file, length);
        ByteArrayOutputStream all = new ByteArrayOutputStream(length);
        pending.writeTo(all);
        all.write(lostLine, 0, lostLine.length);
        file.out.write(all.toByteArray());
        file.bytes += length;
        file.index.written(pendingBlock, file.bytes);
        untoldCount -= told;
        forget();
    }

    private static byte[] lostLine(long count, long nowEpochMillis) {
        return ("{\"event\":\"lost\",\"time\":\"" + EventJson.time(nowEpochMillis) + "\",\"count\":" + count + "}\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void forget() {
        pending.reset();
        pendingBlock.clear();
        pendingLines = 0;
    }

    /// The oldest files go until there is room within the limit and on the disk.
    private void requireRoom(Current file, int length) throws IOException {
        long most = retention.maxTotalBytes() - length - FlowBlock.BYTES;
        if (otherBytes + file.bytes + indexBytes(file) > most) {
            otherBytes = files.prune(prunedDay, most, file.file);
        }
        boolean told = false;
        while (opener.usableBytes(files.directory()) < RESERVE_BYTES + length) {
            if (!told) {
                told = true;
                LOG.log(Level.WARNING, "the disk is full: the oldest files of the flow log go");
            }
            if (!files.removeOldest(file.file)) {
                throw new IOException("less than " + (RESERVE_BYTES >> 20) + " MiB are free at " + files.directory());
            }
        }
    }

    private static long indexBytes(Current file) {
        return file.bytes / FlowBlock.TARGET_BYTES * FlowBlock.BYTES;
    }

    private Current rotated(long nowEpochMillis) throws IOException {
        LocalDate today = day(nowEpochMillis);
        Current file = current;
        long maxFileBytes = retention.maxFileBytes();
        if (file != null && file.file.day().equals(today) && file.bytes < maxFileBytes) {
            return file;
        }
        closeFile();
        Torn behind = torn;
        if (behind != null) {
            FlowLogFiles.cut(behind.file, behind.bytes);
            torn = null;
        }
        FlowLogFiles.LogFile next = files.newest(today).orElseGet(() -> files.file(today, 1));
        if (Files.exists(next.path()) && Files.size(next.path()) >= maxFileBytes) {
            next = files.file(today, next.sequence() + 1);
        }
        Current opened = new Current(next, opener.append(next), Files.size(next.path()));
        current = opened;
        prune(today);
        return opened;
    }

    private static LocalDate day(long epochMillis) {
        return Instant.ofEpochMilli(epochMillis).atZone(ZoneOffset.UTC).toLocalDate();
    }

    private void prune(LocalDate today) throws IOException {
        Retention now = retention;
        prunedDay = today.minusDays(now.days() - 1L);
        Current file = current;
        otherBytes =
                files.prune(prunedDay, now.maxTotalBytes(), file == null ? files.file(LocalDate.MIN, 1) : file.file);
        pruned = now;
    }

    /// Removes what is too old or too much, also while nothing happens: when the day or the retention is another.
    public void tend(long nowEpochMillis) {
        LocalDate today = day(nowEpochMillis);
        Retention now = retention;
        if (now.equals(pruned) && today.minusDays(now.days() - 1L).equals(prunedDay)) {
            return;
        }
        try {
            prune(today);
        } catch (IOException e) {
            pruned = now;
            LOG.log(Level.WARNING, "old files of the flow log can''t be removed: {0}", e.getMessage());
        }
    }

    private void failed(IOException cause) {
        if (!isFailing()) {
            LOG.log(
                    Level.ERROR,
                    "the flow log can''t be written, and no new flow passes until it can: {0}",
                    cause.getMessage());
        }
        problem = String.valueOf(cause.getMessage());
        Current file = current;
        if (file != null) {
            torn = new Torn(file.file, file.bytes);
        }
        try {
            closeFile();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing after a failure: {0}", e.getMessage());
        }
    }

    private void closeFile() throws IOException {
        Current file = current;
        current = null;
        if (file != null) {
            file.index.finish();
            file.out.close();
        }
    }

    /// Closes the file; [#flush] comes first. What could not be written is lost.
    @Override
    public void close() throws IOException {
        lost(pendingLines);
        forget();
        closeFile();
    }
}
