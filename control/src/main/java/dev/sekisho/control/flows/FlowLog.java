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

/// Every event as a line of JSON in files by day (product line N17). One owner thread; [#lostCount] may be
/// asked by any.
///
/// Lines are gathered and written when enough of them are there or [#flush] says so. When the disk is full (but
/// for [#RESERVE_BYTES]) or fails, that is logged once, lines are lost and counted, and a `lost` line tells the
/// number
/// as soon
/// as writing works again: a gap is visible.
public final class FlowLog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FlowLog.class.getName());
    private static final int BUFFER_BYTES = 64 * 1024;

    /// How much is kept.
    ///
    /// @param maxFileBytes a file above this is followed by another
    /// @param maxTotalBytes all files together; the oldest go first
    /// @param days days that are kept, today included
    public record Retention(long maxFileBytes, long maxTotalBytes, int days) {
        /// What holds unless said otherwise.
        public static final Retention DEFAULT = new Retention(256L << 20, 8L << 30, 90);
    }

    /// Free bytes that are left to others: the locks and the used codes are on the same disk, and they must
    /// be written.
    static final long RESERVE_BYTES = 64L << 20;

    /// The disk; the tests have some that fail.
    interface Opener {
        OutputStream append(FlowLogFiles.LogFile file) throws IOException;

        /// Bytes that this process may still write.
        default long usableBytes(Path directory) throws IOException {
            return Files.getFileStore(directory).getUsableSpace();
        }
    }

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private final Path directory;
    private final FlowLogFiles files;
    private final Retention retention;
    private final Opener opener;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream(BUFFER_BYTES);
    private int pendingLines;
    private FlowLogFiles.@Nullable LogFile current;
    private @Nullable OutputStream out;
    private long writtenBytes;
    private boolean failing;
    private long untoldCount;
    private final AtomicLong lostCount = new AtomicLong();

    private FlowLog(Path directory, Retention retention, Opener opener) {
        this.directory = directory;
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

    /// Appends an event.
    ///
    /// @param nowEpochMillis the wall clock, which names the file
    public void append(CheckpointEvent event, long nowEpochMillis) {
        line(GSON.toJson(EventJson.of(event)));
        if (pending.size() >= BUFFER_BYTES) {
            flush(nowEpochMillis);
        }
    }

    private void line(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        pending.write(bytes, 0, bytes.length);
        pending.write('\n');
        pendingLines++;
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

    /// Writes what has gathered.
    public void flush(long nowEpochMillis) {
        if (pendingLines == 0 && untoldCount == 0) {
            return;
        }
        long told = untoldCount;
        if (told > 0) {
            line("{\"event\":\"lost\",\"time\":\"" + EventJson.time(nowEpochMillis) + "\",\"count\":" + told + "}");
        }
        try {
            OutputStream stream = rotated(nowEpochMillis); // first, for it removes what is too old
            requireReserve();
            stream.write(pending.toByteArray());
            writtenBytes += pending.size();
            untoldCount -= told;
            if (failing) {
                failing = false;
                LOG.log(Level.INFO, "the flow log is written again; {0} events are lost", lostCount.get());
            }
        } catch (IOException e) {
            lost(pendingLines - (told > 0 ? 1 : 0));
            drop(e);
        }
        pending.reset();
        pendingLines = 0;
    }

    private void requireReserve() throws IOException {
        if (opener.usableBytes(directory) < RESERVE_BYTES) {
            throw new IOException("less than " + (RESERVE_BYTES >> 20) + " MiB are free at " + directory);
        }
    }

    private OutputStream rotated(long nowEpochMillis) throws IOException {
        LocalDate today =
                Instant.ofEpochMilli(nowEpochMillis).atZone(ZoneOffset.UTC).toLocalDate();
        FlowLogFiles.LogFile file = current;
        OutputStream stream = out;
        if (file != null && stream != null && file.day().equals(today) && writtenBytes < retention.maxFileBytes) {
            return stream;
        }
        closeFile();
        FlowLogFiles.LogFile next = files.newest(today).orElseGet(() -> files.file(today, 1));
        if (Files.exists(next.path()) && Files.size(next.path()) >= retention.maxFileBytes) {
            next = files.file(today, next.sequence() + 1);
        }
        OutputStream opened = opener.append(next);
        out = opened;
        current = next;
        writtenBytes = Files.size(next.path());
        files.prune(today.minusDays(retention.days - 1L), retention.maxTotalBytes, next);
        return opened;
    }

    private void drop(IOException cause) {
        if (!failing) {
            failing = true;
            LOG.log(
                    Level.ERROR,
                    "the flow log can''t be written, events are lost until it can: {0}",
                    cause.getMessage());
        }
        try {
            closeFile();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing after a failure: {0}", e.getMessage());
        }
    }

    private void closeFile() throws IOException {
        OutputStream stream = out;
        out = null;
        current = null;
        if (stream != null) {
            stream.close();
        }
    }

    /// Closes the file; [#flush] comes first.
    @Override
    public void close() throws IOException {
        closeFile();
    }
}
