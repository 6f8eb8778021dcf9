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
/// days are UTC. One owner thread.
///
/// @param directory where they are
record FlowLogFiles(Path directory) {
    private static final System.Logger LOG = System.getLogger(FlowLogFiles.class.getName());
    private static final String SUFFIX = ".jsonl";

    /// @param sequence 1, 2, ... within the day
    record LogFile(Path path, LocalDate day, int sequence) implements Comparable<LogFile> {
        @Override
        public int compareTo(LogFile other) {
            int byDay = day.compareTo(other.day);
            return byDay != 0 ? byDay : Integer.compare(sequence, other.sequence);
        }
    }

    /// All files, oldest first.
    List<LogFile> list() throws IOException {
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

    /// Removes what is older than `firstDay`, then the oldest until all files together are at most
    /// `maxBytes`; never `current`. What can't be removed stays: it must not keep anybody from writing.
    void prune(LocalDate firstDay, long maxBytes, LogFile current) throws IOException {
        List<LogFile> files = list();
        long total = 0;
        for (LogFile file : files) {
            total += size(file);
        }
        for (LogFile file : files) {
            if (!file.equals(current) && (file.day().isBefore(firstDay) || total > maxBytes)) {
                long bytes = size(file);
                try {
                    Files.deleteIfExists(file.path());
                    total -= bytes;
                } catch (IOException e) {
                    LOG.log(Level.WARNING, "{0} can''t be removed: {1}", file.path(), e.getMessage());
                }
            }
        }
    }

    /// 0 when it has gone meanwhile.
    private static long size(LogFile file) throws IOException {
        try {
            return Files.size(file.path());
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
