package dev.sekisho.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.local.LocalServer;
import dev.sekisho.control.socket.ControlSockets;
import dev.sekisho.control.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningInstanceTest {
    private static final Path RUN = Path.of("/run/sekisho");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void theStateDirectoryOfTheEnvironmentIsWhereAServerIsLookedFor() {
        assertThat(directory(Optional.empty(), Map.of("SEKISHO_STATE", "/srv/gate")))
                .isEqualTo(Path.of("/srv/gate/run"));
    }

    @Test
    void anOptionWinsOverTheEnvironment() {
        assertThat(directory(Optional.of(Path.of("/srv/other")), Map.of("SEKISHO_STATE", "/srv/gate")))
                .isEqualTo(Path.of("/srv/other/run"));
    }

    @Test
    void theUsualStateDirectoryHasItsSocketsInTheUsualPlace() {
        assertThat(directory(Optional.empty(), Map.of("SEKISHO_STATE", "/var/lib/sekisho")))
                .isEqualTo(RUN);
        assertThat(directory(Optional.empty(), Map.of("SEKISHO_STATE", " "))).isEqualTo(RUN);
    }

    @Test
    void whereThereIsNoSocketNobodyListens() throws IOException {
        assertThat(LocalServer.isLive(folder.resolve("server.socket"))).isFalse();
    }

    private static Path directory(Optional<Path> named, Map<String, String> environment) {
        return ControlSockets.of(StateDirectory.chosen(named, true, environment), true, environment)
                .directory();
    }
}
