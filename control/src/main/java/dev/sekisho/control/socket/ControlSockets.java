package dev.sekisho.control.socket;

import dev.sekisho.control.local.LocalServer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The directory with the control sockets of running interfaces.
///
/// @param directory where they are
public record ControlSockets(Path directory) {
    private static final Path SYSTEM = Path.of("/run/sekisho");
    private static final String SUFFIX = ".sock";

    /// With a state directory of its own an instance has its socket there, in `run`; else it is in
    /// `/run/sekisho` for root, in `$XDG_RUNTIME_DIR/sekisho` for others.
    public static ControlSockets of(Optional<Path> state, boolean root, Map<String, String> environment) {
        if (state.isPresent()) {
            return new ControlSockets(state.get().resolve("run"));
        }
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        return new ControlSockets(root || !runtime.startsWith("/") ? SYSTEM : Path.of(runtime, "sekisho"));
    }

    /// The socket of an interface.
    public Path socket(String interfaceName) {
        return directory.resolve(interfaceName + SUFFIX);
    }

    /// The interfaces that answer, sorted.
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
