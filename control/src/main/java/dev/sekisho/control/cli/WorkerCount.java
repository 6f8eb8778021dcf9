package dev.sekisho.control.cli;

import dev.sekisho.dataplane.run.DataPlaneOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The option `--workers` of every command that runs an interface.
final class WorkerCount {
    /// Why one: `docs/adr/0001-threads.md`.
    static final int DEFAULT = 1;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec command;

    private int count = DEFAULT;

    /// @throws ParameterException when the data plane can't have so many
    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads that move packets, 1 to " + DataPlaneOptions.MAX_WORKERS + "; " + DEFAULT
                    + " unless given.")
    void count(int number) {
        if (number < 1 || number > DataPlaneOptions.MAX_WORKERS) {
            throw new ParameterException(
                    command.commandLine(),
                    "--workers is a number from 1 to " + DataPlaneOptions.MAX_WORKERS + ", not " + number);
        }
        count = number;
    }

    /// Threads that move packets.
    int count() {
        return count;
    }
}
