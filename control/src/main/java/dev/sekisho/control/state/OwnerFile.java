package dev.sekisho.control.state;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Small files for the owner only: keys, and what must be there whole or not at all.
public final class OwnerFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final int MAX_BYTES = 64 << 10;

    private OwnerFile() {}

    /// Reads one.
    ///
    /// @return empty when it isn't there
    /// @throws StateException when others may read it, it is too large or can't be read
    public static Optional<byte[]> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
                throw new StateException(file + " is open to others: chmod 600, and think of who may have read it");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new StateException(file + " is none of ours: it is too large");
            }
            return Optional.of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new StateException(file + " can't be read: " + e.getMessage(), e);
        }
    }

    /// What a file is filled with.
    @FunctionalInterface
    public interface Filling {
        /// Writes all of it; whoever called closes it.
        void writeTo(OutputStream out) throws IOException;
    }

    /// Writes one whole, over an older one; on the disk when this returns. A crash leaves the old one or the new one.
    ///
    /// @throws StateException when it can't be written
    public static void write(Path file, byte[] content) {
        write(file, out -> out.write(content));
    }

    /// The same for what is not in memory at once.
    ///
    /// @throws StateException when it can't be written
    public static void write(Path file, Filling content) {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Path beside = directory.resolve("." + file.getFileName() + ".new");
        try {
            Files.deleteIfExists(beside);
            try (FileChannel channel = FileChannel.open(
                            beside,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(OWNER_ONLY));
                    OutputStream out = Channels.newOutputStream(channel)) {
                content.writeTo(out);
                channel.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(directory);
        } catch (IOException e) {
            throw new StateException(file + " can't be written: " + e.getMessage(), e);
        }
    }

    /// Puts one in the place of another; on the disk when this returns. A crash leaves the old one or the new one
    /// there.
    ///
    /// @throws StateException when it can't be done
    public static void replace(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(Objects.requireNonNull(to.toAbsolutePath().getParent()));
        } catch (IOException e) {
            throw new StateException(to + " can't be replaced: " + e.getMessage(), e);
        }
    }

    /// Removes one, if it is there.
    ///
    /// @throws StateException when it can't be done
    public static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
            force(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        } catch (IOException e) {
            throw new StateException(file + " can't be removed: " + e.getMessage(), e);
        }
    }

    /// Brings names in a directory to the disk.
    private static void force(Path directory) throws IOException {
        try (FileChannel open = FileChannel.open(directory, StandardOpenOption.READ)) {
            open.force(true);
        }
    }
}
