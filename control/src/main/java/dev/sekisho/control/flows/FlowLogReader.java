package dev.sekisho.control.flows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Reads the flow log of this server from its end. Holds one block of a file in memory. Thread-safe.
///
/// @param directory where the files are
public record FlowLogReader(Path directory) implements RecordedFlows {
    private static final int BLOCK_BYTES = 1 << 20;

    @Override
    public boolean newestFirst(Instant from, Instant until, Predicate<RecordedFlow> sink) {
        try {
            if (!Files.isDirectory(directory)) {
                return true;
            }
            LocalDate first = from.atZone(ZoneOffset.UTC).toLocalDate();
            LocalDate last = until.atZone(ZoneOffset.UTC).toLocalDate();
            List<FlowLogFiles.LogFile> files = new FlowLogFiles(directory).list();
            for (FlowLogFiles.LogFile file : files.reversed()) {
                // A line is written a moment after what it tells of: it may be in the file of the next day.
                boolean near = !file.day().isBefore(first) && !file.day().isAfter(last.plusDays(1));
                if (near && !read(file.path(), new Window(from, until, sink))) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("the flow log can't be read: " + e.getMessage(), e);
        }
    }

    /// Lets through what lies between two moments, and knows of the block in hand whether all of it lies before.
    private static final class Window implements Predicate<RecordedFlow> {
        private final Instant from;
        private final Instant until;
        private final Predicate<RecordedFlow> sink;
        private boolean early;
        private boolean late;

        Window(Instant from, Instant until, Predicate<RecordedFlow> sink) {
            this.from = from;
            this.until = until;
            this.sink = sink;
        }

        @Override
        public boolean test(RecordedFlow flow) {
            boolean before = flow.at().isBefore(from);
            early |= before;
            late |= !before;
            return before || !flow.at().isBefore(until) || sink.test(flow);
        }

        /// Begins a block.
        void block() {
            early = false;
            late = false;
        }

        /// Whether the block, and so what was written before it, lies wholly before.
        boolean isBehind() {
            return early && !late;
        }
    }

    /// Block by block from the end, until one lies wholly before the window; within a block from its first line.
    private static boolean read(Path path, Window window) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
            long end = channel.size();
            while (end > 0) {
                long start = Math.max(0, end - BLOCK_BYTES);
                fill(channel, block.clear().limit((int) (end - start)), start);
                byte[] bytes = block.array();
                int length = (int) (end - start);
                int lines = start == 0 ? 0 : after(bytes, 0, length);
                if (lines == length && start > 0) {
                    throw new IOException(path.getFileName() + " has a line longer than " + BLOCK_BYTES + " bytes");
                }
                window.block();
                if (!lines(bytes, lines, length, window)) {
                    return false;
                }
                if (window.isBehind()) {
                    return true;
                }
                end = start + lines;
            }
            return true;
        } catch (NoSuchFileException e) {
            return true; // it was too old
        }
    }

    private static void fill(FileChannel channel, ByteBuffer block, long start) throws IOException {
        while (block.hasRemaining()) {
            if (channel.read(block, start + block.position()) < 0) {
                throw new IOException("a file of it became shorter");
            }
        }
    }

    /// The first byte behind the first end of a line.
    private static int after(byte[] bytes, int from, int until) {
        for (int i = from; i < until; i++) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return until;
    }

    private static boolean lines(byte[] bytes, int from, int until, Predicate<RecordedFlow> sink) {
        for (int start = from; start < until; ) {
            int next = after(bytes, start, until);
            int end = bytes[next - 1] == '\n' ? next - 1 : next;
            Optional<RecordedFlow> flow = RecordedFlow.parse(bytes, start, end);
            if (flow.isPresent() && !sink.test(flow.get())) {
                return false;
            }
            start = next;
        }
        return true;
    }
}
