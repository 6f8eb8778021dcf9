package dev.sekisho.control.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/// Files that commands write: for their owner only, whole or not at all, never over another.
final class OutputFile {
    private OutputFile() {}

    /// That nothing is there yet.
    ///
    /// @throws CommandFailure when something is
    static void requireAbsent(Path file) {
        if (Files.exists(file)) {
            throw new CommandFailure(file + " is there already: name a new file");
        }
    }

    /// Writes one.
    ///
    /// @return its bytes
    static long write(Path file, InputStream content) throws IOException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Path beside = Files.createTempFile(
                directory,
                "." + file.getFileName(),
                ".part",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.copy(content, beside, StandardCopyOption.REPLACE_EXISTING);
            // A link fails when something has come there in the meantime; a move would replace it.
            Files.createLink(file, beside);
            return Files.size(file);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(file + " is there already: name a new file");
        } finally {
            Files.deleteIfExists(beside);
        }
    }
}
