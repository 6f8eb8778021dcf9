package dev.sekisho.control.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The root of the command line.
@Command(
        name = "sekisho",
        description = "A zero-trust access server: WireGuard, identity policy and second factor in one Java process.",
        mixinStandardHelpOptions = true,
        version = "sekisho 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "sekisho build and sekisho test, made by the launcher itself, build the project and run all its tests.",
            "Exit codes: 0 success, 1 failure, 2 wrong usage."
        })
final class SekishoCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}
