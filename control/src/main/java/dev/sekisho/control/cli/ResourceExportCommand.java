package dev.sekisho.control.cli;

import dev.sekisho.control.remote.Remote;
import dev.sekisho.control.resource.transfer.Format;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sekisho resource export FILE`: resources for a spreadsheet, for version control, or for another server.
@Command(
        name = "export",
        description = "Writes resources to a new file, as CSV or JSON, which `resource import` reads back.",
        mixinStandardHelpOptions = true)
final class ResourceExportCommand implements Callable<Integer> {
    @Mixin
    private ServerChoice choice;

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "A file that isn't there yet, named .csv or .json; - is standard output.")
    private Path file = Path.of("");

    @Option(names = "--format", paramLabel = "csv|json", description = "Instead of what the file's name says.")
    private @Nullable String format;

    @Option(names = "--q", paramLabel = "TEXT", description = "Only those in which this stands.")
    private String text = "";

    @Option(names = "--protocol", paramLabel = "TEXT", description = "Only tcp, udp or both.")
    private String protocol = "";

    @Option(names = "--decoy", paramLabel = "true|false", description = "true = only decoys, false = none.")
    private String decoy = "";

    @Option(
            names = "--requestable",
            paramLabel = "true|false",
            description = "true = only those that somebody may request.")
    private String requestable = "";

    @Option(
            names = "--sort",
            paramLabel = "ORDER",
            description = "name, address, protocol or created; -name = the other way round.")
    private String sort = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /// @param environment of this process
    ResourceExportCommand(Map<String, String> environment) {
        choice = new ServerChoice(environment);
    }

    @Override
    public Integer call() throws IOException {
        boolean toOutput = file.toString().equals("-");
        if (!toOutput) {
            OutputFile.requireAbsent(file);
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put("format", TransferFormat.of(spec, file, Optional.ofNullable(format), Format.CSV).ending);
        query.put("q", text);
        query.put("protocol", protocol);
        query.put("decoy", decoy);
        query.put("requestable", requestable);
        query.put("sort", sort);
        try (Remote server = choice.open();
                InputStream in = server.download("GET", "/resources/export" + Remote.query(query), Optional.empty())) {
            if (toOutput) {
                in.transferTo(System.out);
                System.out.flush();
            } else {
                spec.commandLine().getErr().println(file + ": " + OutputFile.write(file, in) + " bytes");
            }
            return ExitCode.OK;
        }
    }
}
