package dev.sekisho.control.cli;

import dev.sekisho.control.server.ServerConfig;
import dev.sekisho.control.server.ServerOptions;
import dev.sekisho.control.state.StateDirectory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which installation on this host a command is about that needs no running server.
final class StateChoice {
    @Option(names = "--state", paramLabel = "DIR", description = "The state directory, instead of the usual one.")
    private @Nullable Path state;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration (default: /etc/sekisho/sekisho.yaml, if it is there).")
    private @Nullable Path config;

    /// What a server would be started with.
    ///
    /// @param environment of this process
    /// @throws dev.sekisho.control.server.ServerException when the configuration can't be used
    ServerOptions options(Map<String, String> environment) {
        return ServerConfig.read(
                Optional.ofNullable(config),
                environment,
                state == null ? Map.of() : Map.of("state", state.toString()),
                StateDirectory.standard(RunningInstance.isRoot(), environment));
    }
}
