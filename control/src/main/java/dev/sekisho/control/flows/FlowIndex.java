package dev.sekisho.control.flows;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The index beside a flow log file: its [FlowBlock]s, one after another, in a file of their own. It only makes
/// searching fast: what it does not cover (after a crash, after a write of it that failed) is read line by line.
/// Owner: the log's thread; [#read] is for everybody.
final class FlowIndex {
    private static final System.Logger LOG = System.getLogger(FlowIndex.class.getName());

    private final Path path;

    /// What was written to the file since the last block that is in the index.
    private final FlowBlock open = new FlowBlock();

    private boolean failing;

    /// @param path of the index
    /// @param start where the next line of the log file will be
    FlowIndex(Path path, long start) {
        this.path = path;
        open.place(start, start);
    }

    /// Takes in what was just written.
    ///
    /// @param end where it ends in the log file
    void written(FlowBlock lines, long end) {
        open.merge(lines);
        open.place(open.start(), end);
        if (end - open.start() >= FlowBlock.TARGET_BYTES) {
            finish();
        }
    }

    /// Ends the block that is open.
    void finish() {
        if (open.end() > open.start() && !failing) {
            try {
                append(open.bytes());
            } catch (IOException e) {
                failing = true;
                LOG.log(
                        Level.WARNING,
                        "{0} can''t be written, searches read the whole file: {1}",
                        path,
                        e.getMessage());
            }
        }
        open.clear();
        open.place(open.end(), open.end());
    }

    private void append(byte[] block) throws IOException {
        try (FileChannel channel = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            // A block that a crash cut off is written over.
            channel.position(channel.size() / FlowBlock.BYTES * FlowBlock.BYTES);
            ByteBuffer bytes = ByteBuffer.wrap(block);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    /// The blocks of a log file, in its order; damaged ones and those that can't be are left out.
    ///
    /// @param size of the log file
    static List<FlowBlock> read(Path path, long size) throws IOException {
        List<FlowBlock> blocks = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(FlowBlock.BYTES);
            long end = 0;
            while (fill(channel, bytes)) {
                Optional<FlowBlock> block = FlowBlock.read(bytes.flip());
                if (block.isPresent()
                        && block.get().start() >= end
                        && block.get().end() <= size) {
                    blocks.add(block.get());
                    end = block.get().end();
                }
                bytes.clear();
            }
        } catch (NoSuchFileException e) {
            return List.of(); // a file from before there was an index
        }
        return blocks;
    }

    private static boolean fill(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                return false;
            }
        }
        return true;
    }
}
