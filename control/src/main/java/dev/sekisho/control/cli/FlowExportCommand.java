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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sekisho flow export FILE`: flows that have ended, for those who work with them elsewhere.
@Command(
        name = "export",
        description =
                "Writes flows that have ended, of the node that answers, to a new file; recorded in the audit log.",
        mixinStandardHelpOptions = true)
final class FlowExportCommand implements Callable<Integer> {
    @Mixin
    private ServerChoice choice;

    @Mixin
    private FlowFilters filters = new FlowFilters();

    @Option(names = "--format", paramLabel = "csv|jsonl", description = "csv (default) or jsonl, one object per line.")
    private String format = "csv";

    @Parameters(index = "0", paramLabel = "FILE", description = "A file that isn't there yet.")
    private Path file = Path.of("");

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /// @param environment of this process
    FlowExportCommand(Map<String, String> environment) {
        choice = new ServerChoice(environment);
    }

    @Override
    public Integer call() throws IOException {
        OutputFile.requireAbsent(file);
        Map<String, String> query = filters.query();
        query.put("format", format);
        try (Remote server = choice.open();
                InputStream in = server.download("GET", "/flows/log/export" + Remote.query(query), Optional.empty())) {
            spec.commandLine().getErr().println(file + ": " + OutputFile.write(file, in) + " bytes");
            return ExitCode.OK;
        }
    }
}
