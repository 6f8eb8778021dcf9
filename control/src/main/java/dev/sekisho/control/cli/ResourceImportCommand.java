package dev.sekisho.control.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sekisho.control.remote.Remote;
import dev.sekisho.control.resource.transfer.Format;
import dev.sekisho.control.show.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sekisho resource import FILE`: makes and changes resources, all of the file or nothing.
@Command(
        name = "import",
        description =
                "Makes the resources of a CSV or JSON file whose names are new, and changes the others: all or none.",
        mixinStandardHelpOptions = true)
final class ResourceImportCommand implements Callable<Integer> {
    @Mixin
    private ServerChoice choice;

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "Named .csv or .json; - is standard input. As `resource export` writes it.")
    private Path file = Path.of("");

    @Option(names = "--format", paramLabel = "csv|json", description = "Instead of what the file's name says.")
    private @Nullable String format;

    @Option(names = "--dry-run", description = "Only tells what would be done, and everything that is wrong.")
    private boolean dryRun;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /// @param environment of this process
    ResourceImportCommand(Map<String, String> environment) {
        choice = new ServerChoice(environment);
    }

    @Override
    public Integer call() throws IOException {
        Format made = TransferFormat.of(spec, file, Optional.ofNullable(format), Format.CSV);
        byte[] bytes = file.toString().equals("-") ? System.in.readAllBytes() : Files.readAllBytes(file);
        try (Remote server = choice.open()) {
            // What is wrong comes with its lines in a dry run only.
            JsonObject plan = server.upload("/resources/import?dryRun=true", made.contentType, bytes);
            boolean fits = plan.get("errorCount").getAsLong() == 0;
            return show(fits && !dryRun ? server.upload("/resources/import", made.contentType, bytes) : plan);
        }
    }

    private int show(JsonObject answer) {
        PrintWriter out = spec.commandLine().getOut();
        long errors = answer.get("errorCount").getAsLong();
        if (choice.json) {
            out.println(answer);
        } else {
            if (answer.get("dryRun").getAsBoolean()) {
                steps(out, answer.getAsJsonArray("items"));
                errors(out, answer.getAsJsonArray("errors"), errors);
            }
            out.println(summary(answer, errors));
        }
        out.flush();
        return errors > 0 ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private void steps(PrintWriter out, JsonArray items) {
        if (items.isEmpty()) {
            return;
        }
        Table table = new Table(choice.palette(), "LINE", "", "RESOURCE", "OPENS", "CHANGES");
        for (JsonElement item : items) {
            JsonObject step = item.getAsJsonObject();
            table.row(
                    step.get("line").getAsString(),
                    step.get("action").getAsString(),
                    VerbOutput.printable(step.get("name").getAsString()),
                    step.get("opens").getAsString(),
                    step.getAsJsonArray("changes").asList().stream()
                            .map(change -> change.getAsJsonObject().get("field").getAsString())
                            .collect(Collectors.joining(", ")));
        }
        StringBuilder text = new StringBuilder();
        table.append(text);
        out.print(text);
    }

    private static void errors(PrintWriter out, JsonArray told, long all) {
        for (JsonElement element : told) {
            JsonObject error = element.getAsJsonObject();
            String field = error.get("field").getAsString();
            out.println("line " + error.get("line").getAsString() + (field.isEmpty() ? "" : ", " + field) + ": "
                    + VerbOutput.printable(error.get("message").getAsString()));
        }
        if (all > told.size()) {
            out.println("and " + (all - told.size()) + " more");
        }
    }

    private String summary(JsonObject answer, long errors) {
        if (errors > 0) {
            return "nothing was imported: " + errors + (errors == 1 ? " error" : " errors");
        }
        boolean dry = answer.get("dryRun").getAsBoolean();
        return (dry ? "would create " : "created ") + answer.get("created").getAsLong()
                + (dry ? ", change " : ", changed ") + answer.get("changed").getAsLong() + "; "
                + answer.get("unchanged").getAsLong() + " unchanged";
    }
}
