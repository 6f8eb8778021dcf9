package dev.sekisho.control.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A directory with one socket per interface, `NAME.sock`. Names that begin with a dot are sockets in the making.
///
/// @param directory where the sockets are
public record SocketDirectory(Path directory) {
    private static final String SUFFIX = ".sock";

    /// The socket of an interface.
    public Path socket(String interfaceName) {
        return directory.resolve(interfaceName + SUFFIX);
    }

    /// The interfaces that answer, sorted; none when there is no directory.
    ///
    /// @throws IOException when the directory can't be read
    public List<String> interfaces() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "[!.]*" + SUFFIX)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (LocalServer.isLive(file)) {
                    names.add(name.substring(0, name.length() - SUFFIX.length()));
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        Collections.sort(names);
        return names;
    }
}
