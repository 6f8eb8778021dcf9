package dev.sekisho.control.flows;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The files of the flow log: `YYYY-MM-DD.jsonl`, then `YYYY-MM-DD.2.jsonl` and so on when one is full;
/// days are UTC. Beside each is its index, `YYYY-MM-DD.index` and so on. Stateless; the log's thread alone
/// writes.
///
/// @param directory where they are
public record FlowLogFiles(Path directory) {
    private static final System.Logger LOG = System.getLogger(FlowLogFiles.class.getName());
    private static final String SUFFIX = ".jsonl";
    private static final String INDEX_SUFFIX = ".index";

    /// One of them.
    ///
    /// @param sequence 1, 2, ... within the day
    public record LogFile(Path path, LocalDate day, int sequence) implements Comparable<LogFile> {
        /// The name without its ending: `2026-11-30`, `2026-11-30.2`.
        public String stem() {
            String name = String.valueOf(path.getFileName());
            return name.substring(0, name.length() - SUFFIX.length());
        }

        Path index() {
            return path.resolveSibling(stem() + INDEX_SUFFIX);
        }

        /// The blocks of its index, in its order, as far as there is one.
        ///
        /// @param size of the file
        public List<FlowBlock> blocks(long size) throws IOException {
            return FlowIndex.read(index(), size);
        }

        @Override
        public int compareTo(LogFile other) {
            int byDay = day.compareTo(other.day);
            return byDay != 0 ? byDay : Integer.compare(sequence, other.sequence);
        }
    }

    /// What is there.
    ///
    /// @param bytes with the indexes
    /// @param freeBytes that this process may still write on that disk
    public record Usage(int files, long bytes, Optional<LocalDate> oldest, long freeBytes) {}

    /// What is there.
    public Usage usage() throws IOException {
        List<LogFile> files = list();
        long bytes = 0;
        for (LogFile file : files) {
            bytes += size(file);
        }
        return new Usage(
                files.size(),
                bytes,
                files.stream().findFirst().map(LogFile::day),
                Files.getFileStore(directory).getUsableSpace());
    }

    /// All files, oldest first.
    public List<LogFile> list() throws IOException {
        List<LogFile> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path entry : entries) {
                LogFile file = parse(entry);
                if (file != null) {
                    files.add(file);
                }
            }
        }
        files.sort(null);
        return files;
    }

    private static @Nullable LogFile parse(Path path) {
        String name = String.valueOf(path.getFileName());
        String stem = name.substring(0, name.length() - SUFFIX.length());
        int dot = stem.indexOf('.');
        try {
            LocalDate day = LocalDate.parse(dot < 0 ? stem : stem.substring(0, dot));
            return new LogFile(path, day, dot < 0 ? 1 : Integer.parseInt(stem.substring(dot + 1)));
        } catch (DateTimeParseException | NumberFormatException e) {
            return null;
        }
    }

    LogFile file(LocalDate day, int sequence) {
        String name = sequence == 1 ? day.toString() : day + "." + sequence;
        return new LogFile(directory.resolve(name + SUFFIX), day, sequence);
    }

    /// The newest file of a day.
    Optional<LogFile> newest(LocalDate day) throws IOException {
        return list().stream().filter(file -> file.day().equals(day)).reduce((_, later) -> later);
    }

    /// Opens a file to append to, for the owner only; a line that a crash cut off is ended.
    static OutputStream append(LogFile file) throws IOException {
        FileChannel channel = FileChannel.open(
                file.path(),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            long size = channel.size();
            channel.position(size);
            ByteBuffer last = ByteBuffer.allocate(1);
            if (size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n') {
                channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
            }
            return Channels.newOutputStream(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Cuts off what was written behind the last line that is known to be whole.
    static void cut(LogFile file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.WRITE)) {
            channel.truncate(size);
        } catch (NoSuchFileException e) {
            LOG.log(Level.DEBUG, "{0} is gone", file.path());
        }
    }

    /// Removes what is older than `firstDay`, then the oldest until all files together are at most
    /// `maxBytes`; never `current`. What can't be removed stays: it must not keep anybody from writing.
    ///
    /// @return bytes of those that stay, without `current`
    long prune(LocalDate firstDay, long maxBytes, LogFile current) throws IOException {
        List<LogFile> files = list();
        long total = 0;
        for (LogFile file : files) {
            total += size(file);
        }
        for (LogFile file : files) {
            if (!file.equals(current) && (file.day().isBefore(firstDay) || total > maxBytes)) {
                long bytes = size(file);
                if (remove(file)) {
                    total -= bytes;
                }
            }
        }
        return total - size(current);
    }

    /// Removes the oldest file but for `current`.
    ///
    /// @return false when there is none that can be removed
    boolean removeOldest(LogFile current) throws IOException {
        for (LogFile file : list()) {
            if (!file.equals(current) && remove(file)) {
                return true;
            }
        }
        return false;
    }

    private static boolean remove(LogFile file) {
        try {
            Files.deleteIfExists(file.path());
            Files.deleteIfExists(file.index());
            return true;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} can''t be removed: {1}", file.path(), e.getMessage());
            return false;
        }
    }

    /// With the index; 0 when it has gone meanwhile.
    private static long size(LogFile file) throws IOException {
        return size(file.path()) + size(file.index());
    }

    private static long size(Path path) throws IOException {
        try {
            return Files.size(path);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
