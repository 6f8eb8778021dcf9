package dev.sekisho.control.socket;

import dev.sekisho.control.local.SocketDirectory;
import dev.sekisho.control.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The directory with the control sockets of running interfaces.
///
/// @param directory where they are
public record ControlSockets(Path directory) {
    private static final Path SYSTEM = Path.of("/run/sekisho");

    /// Those of an instance with this state directory: in `/run/sekisho` for root and in `$XDG_RUNTIME_DIR/sekisho` for
    /// others when the directory is the [standard][StateDirectory#standard] one, else in its `run`.
    public static ControlSockets of(Path state, boolean root, Map<String, String> environment) {
        if (!state.equals(StateDirectory.standard(root, environment))) {
            return new ControlSockets(state.resolve("run"));
        }
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        return new ControlSockets(root || !runtime.startsWith("/") ? SYSTEM : Path.of(runtime, "sekisho"));
    }

    /// The socket of an interface.
    public Path socket(String interfaceName) {
        return new SocketDirectory(directory).socket(interfaceName);
    }

    /// The socket of the server itself, which is there whether or not an interface is; no interface can have its name.
    public Path server() {
        return directory.resolve("server.socket");
    }

    /// The interfaces that answer, sorted.
    public List<String> interfaces() throws IOException {
        return new SocketDirectory(directory).interfaces();
    }
}
