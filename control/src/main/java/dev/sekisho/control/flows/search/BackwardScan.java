package dev.sekisho.control.flows.search;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.sekisho.control.flows.FlowBlock;
import dev.sekisho.control.flows.FlowLogFiles;
import dev.sekisho.control.flows.FlowLogFiles.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads the flow log from its end towards its beginning, once. One owner thread.
///
/// A file is gone through block by block, the last first. Blocks that the index rules out are not read; what no
/// block covers (a file from before there was an index, the newest lines, the rest that a crash left) is read in
/// chunks.
final class BackwardScan {
    /// Bytes that are in memory at once; a line that is longer is none of ours.
    private static final int CHUNK_BYTES = 512 << 10;

    private static final byte[] EVENT = bytes("{\"event\":\"");
    private static final byte[] CLOSED = bytes("{\"event\":\"flow-closed\",\"time\":\"");
    private static final byte[] DENIED = bytes("{\"event\":\"flow-denied\",\"time\":\"");

    /// How far a flow's time may lie behind the moment at which its line was written: clocks are set.
    private static final long SLACK_MILLIS = Duration.ofHours(1).toMillis();

    private final FlowLogFiles files;
    private final Wanted wanted;
    private final long budget;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    private Predicate<FlowRecord> sink = _ -> true;
    private long bytes;
    private long damaged;

    /// Where it stopped; null while it goes on.
    private @Nullable FlowPosition stop;

    BackwardScan(FlowLogFiles files, Wanted wanted, long budget) {
        this.files = files;
        this.wanted = wanted;
        this.budget = budget;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    long bytes() {
        return bytes;
    }

    long damaged() {
        return damaged;
    }

    /// Reads on.
    ///
    /// @param to told each flow that is wanted; false = enough
    /// @return where to go on; empty when all was read
    Optional<FlowPosition> run(Optional<FlowPosition> before, Predicate<FlowRecord> to) throws IOException {
        sink = to;
        boolean newest = true;
        for (LogFile file : files.list().reversed()) {
            if (isTooOld(file)) {
                break;
            }
            file(file, before, newest);
            newest = false;
            if (stop != null) {
                break;
            }
        }
        return Optional.ofNullable(stop);
    }

    private boolean isTooOld(LogFile file) {
        long end =
                file.day().plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
        return wanted.isAfter(end + SLACK_MILLIS);
    }

    private void file(LogFile file, Optional<FlowPosition> before, boolean newest) throws IOException {
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            long size = channel.size();
            long end = before.map(position -> position.endIn(file, size)).orElse(size);
            if (end == 0) {
                return;
            }
            List<FlowBlock> blocks = file.blocks(size);
            bytes += (long) blocks.size() * FlowBlock.BYTES;
            Part part = new Part(file, channel, newest && end == size);
            for (FlowBlock block : blocks.reversed()) {
                if (block.start() < end) {
                    part.read(Math.min(block.end(), end), end);
                    if (wanted.mayBeIn(block)) {
                        part.read(block.start(), Math.min(block.end(), end));
                    }
                    end = block.start();
                    part.rest(end);
                }
                if (stop != null) {
                    return;
                }
            }
            part.read(0, end);
        } catch (NoSuchFileException e) {
            // It was the oldest, and was removed while we looked at the others: there is nothing more in it.
            return;
        }
    }

    /// A file while it is read.
    private final class Part {
        private final LogFile file;
        private final FileChannel channel;

        /// Whether a line without an end is one that is being written.
        private boolean growing;

        Part(LogFile file, FileChannel channel, boolean growing) {
            this.file = file;
            this.channel = channel;
            this.growing = growing;
        }

        /// Ends when enough was looked at and something is left before `end`.
        void rest(long end) {
            if (stop == null && bytes >= budget && end > 0) {
                stop = FlowPosition.of(file, end);
            }
        }

        /// Reads lines backwards; both ends are those of lines, but for the end of a file.
        void read(long start, long end) throws IOException {
            long to = end;
            while (to > start && stop == null) {
                long from = Math.max(start, to - CHUNK_BYTES);
                fill(from, to);
                to = from + lines(from, from == start);
                rest(to);
            }
        }

        private void fill(long from, long to) throws IOException {
            chunk.clear().limit((int) (to - from));
            int read = 0;
            while (chunk.hasRemaining() && read >= 0) {
                read = channel.read(chunk, from + chunk.position());
            }
            chunk.flip();
            bytes += to - from;
        }

        /// @param whole whether the chunk begins with a line, not in the middle of one
        /// @return where the first line that was read starts
        private int lines(long from, boolean whole) {
            byte[] text = chunk.array();
            int end = chunk.limit();
            if (end > 0 && text[end - 1] != '\n') {
                // A line that a crash cut off, or one that is being written at this moment.
                damaged += growing ? 0 : 1;
                end = lineStart(text, end);
                if (end == 0 && !whole) {
                    return 0;
                }
            }
            growing = false;
            while (end > 0 && stop == null) {
                int start = lineStart(text, end - 1);
                if (start == 0 && !whole) {
                    if (end == chunk.limit()) {
                        damaged++; // longer than a chunk
                        return 0;
                    }
                    return end;
                }
                line(text, start, end - 1, from + start);
                end = start;
            }
            return 0;
        }

        private void line(byte[] text, int start, int end, long offset) {
            if (start == end) {
                return;
            }
            if (!startsWith(text, start, end, EVENT) || text[end - 1] != '}') {
                damaged++;
                return;
            }
            boolean flow = startsWith(text, start, end, CLOSED) || startsWith(text, start, end, DENIED);
            if (!flow || !wanted.mayBe(text, start, end, start + CLOSED.length)) {
                return;
            }
            FlowPosition position = FlowPosition.of(file, offset);
            Optional<FlowRecord> record = parse(new String(text, start, end - start, StandardCharsets.UTF_8), position);
            if (record.isPresent() && !sink.test(record.get())) {
                stop = position;
            }
        }

        private Optional<FlowRecord> parse(String line, FlowPosition position) {
            try {
                JsonObject json = JsonParser.parseString(line).getAsJsonObject();
                return Optional.of(FlowRecord.of(json, position.toString())).filter(wanted::is);
            } catch (JsonParseException
                    | IllegalStateException
                    | IllegalArgumentException
                    | UnsupportedOperationException
                    | IndexOutOfBoundsException
                    | DateTimeException e) {
                damaged++;
                return Optional.empty();
            }
        }
    }

    private static int lineStart(byte[] text, int end) {
        int start = end;
        while (start > 0 && text[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    private static boolean startsWith(byte[] text, int start, int end, byte[] prefix) {
        return end - start >= prefix.length
                && Arrays.equals(text, start, start + prefix.length, prefix, 0, prefix.length);
    }
}
