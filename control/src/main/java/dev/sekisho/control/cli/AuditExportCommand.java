package dev.sekisho.control.cli;

import dev.sekisho.control.remote.Remote;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sekisho audit export FILE`: the audit log for those who check or keep it elsewhere.
@Command(
        name = "export",
        description = "Writes the audit log with its signed checkpoints to a new file, one JSON object per line.",
        mixinStandardHelpOptions = true)
final class AuditExportCommand implements Callable<Integer> {
    @Mixin
    private ServerChoice choice;

    @Parameters(index = "0", paramLabel = "FILE", description = "A file that isn't there yet.")
    private Path file = Path.of("");

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /// @param environment of this process
    AuditExportCommand(Map<String, String> environment) {
        choice = new ServerChoice(environment);
    }

    @Override
    public Integer call() throws IOException {
        OutputFile.requireAbsent(file);
        try (Remote server = choice.open();
                InputStream in = server.download("GET", "/audit/export", Optional.empty())) {
            spec.commandLine().getErr().println(file + ": " + OutputFile.write(file, in) + " bytes");
            return ExitCode.OK;
        }
    }
}
