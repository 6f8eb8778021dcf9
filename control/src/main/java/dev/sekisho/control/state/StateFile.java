package dev.sekisho.control.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/// A small file that is replaced as a whole: written beside itself (mode 0600), forced to the disk, renamed
/// over the old one. A crash leaves either.
///
/// @param path the file
record StateFile(Path path) {
    /// Replaces the file; on disk when this returns.
    void replace(byte[] text) throws IOException {
        Path beside = path.resolveSibling("." + path.getFileName() + ".new");
        Files.deleteIfExists(beside);
        try (FileChannel out = FileChannel.open(
                beside,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory =
                FileChannel.open(Objects.requireNonNull(path.toAbsolutePath().getParent()), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
