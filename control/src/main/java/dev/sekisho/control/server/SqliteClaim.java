package dev.sekisho.control.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/// Holds a SQLite database for one server, whatever state directory leads to it: two would not notice each other's
/// changes. A lock beside the file, since locks on the file itself are SQLite's. The owner closes it.
final class SqliteClaim implements AutoCloseable {
    private final FileChannel lock;

    private SqliteClaim(FileChannel lock) {
        this.lock = lock;
    }

    /// Claims it.
    ///
    /// @param file may be missing, or lead elsewhere
    /// @throws ServerException when another server has it
    static SqliteClaim of(Path file) {
        try {
            Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            Path beside = Objects.requireNonNull(real.getParent()).resolve(real.getFileName() + ".claim");
            FileChannel lock = FileChannel.open(
                    beside,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            if (!isMine(lock)) {
                lock.close();
                throw new ServerException("another server uses the database " + real
                        + ": SQLite is for one; for several, set databaseUrl to a PostgreSQL database on each"
                        + " (docs/running.md)");
            }
            return new SqliteClaim(lock);
        } catch (IOException e) {
            throw new ServerException("the database " + file + " can't be claimed: " + e.getMessage(), e);
        }
    }

    private static boolean isMine(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
