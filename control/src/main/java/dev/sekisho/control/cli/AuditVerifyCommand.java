package dev.sekisho.control.cli;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.sekisho.control.audit.AuditVerifier;
import dev.sekisho.control.merkle.Checkpoint;
import dev.sekisho.control.merkle.NoteKey;
import dev.sekisho.control.remote.Remote;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sekisho audit verify`: whether the audit log is what was recorded.
@Command(
        name = "verify",
        description = {
            "Checks the audit log: of the server, or without it an export. 0 when nothing is wrong, 1 when something is.",
            "The key of an export's log must come from a trusted place, not from the export."
        },
        mixinStandardHelpOptions = true)
final class AuditVerifyCommand implements Callable<Integer> {
    @Mixin
    private ServerChoice choice;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "EXPORT",
            description = "A file by sekisho audit export; without one the server is asked.")
    private @Nullable Path export;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The log's public key, NAME+HASH+KEY, or a file with it.")
    private @Nullable String key;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "A signed checkpoint that was kept elsewhere; shows whether the end was cut off.")
    private @Nullable Path checkpoint;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /// @param environment of this process
    AuditVerifyCommand(Map<String, String> environment) {
        choice = new ServerChoice(environment);
    }

    @Override
    public Integer call() throws IOException {
        if ((export == null) != (key == null) || (export == null && checkpoint != null)) {
            throw new ParameterException(spec.commandLine(), "an EXPORT goes with --key; neither asks the server");
        }
        JsonObject report = export == null || key == null ? online() : offline(export, noteKey(key));
        boolean ok = report.get("ok").getAsBoolean();
        if (choice.json) {
            spec.commandLine().getOut().println(report);
        } else {
            spec.commandLine().getOut().print(text(report, ok));
        }
        spec.commandLine().getOut().flush();
        return ok ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private JsonObject online() throws IOException {
        try (Remote server = choice.open()) {
            return server.get("/audit/verify");
        }
    }

    private JsonObject offline(Path file, NoteKey trusted) throws IOException {
        Optional<Checkpoint> held = checkpoint == null ? Optional.empty() : Optional.of(held(checkpoint, trusted));
        try (InputStream in = Files.newInputStream(file)) {
            return new Gson()
                    .toJsonTree(new AuditVerifier(trusted, held).verify(in))
                    .getAsJsonObject();
        }
    }

    private static Checkpoint held(Path file, NoteKey trusted) throws IOException {
        try {
            return trusted.open(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(file + ": " + e.getMessage());
        }
    }

    private static NoteKey noteKey(String text) throws IOException {
        try {
            return NoteKey.parse(text.contains("+") ? text : Files.readString(Path.of(text), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("--key: " + e.getMessage());
        }
    }

    private static String text(JsonObject report, boolean ok) {
        StringBuilder text = new StringBuilder();
        text.append(ok ? "ok: " : "NOT ok: ").append(report.get("records").getAsString());
        text.append(" records, root ").append(report.get("root").getAsString()).append('\n');
        report.getAsJsonArray("problems")
                .forEach(problem ->
                        text.append("  ").append(problem.getAsString()).append('\n'));
        return text.toString();
    }
}
