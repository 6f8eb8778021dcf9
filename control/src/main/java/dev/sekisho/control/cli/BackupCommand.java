package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.backup.BackupKey;
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

/// `sekisho backup FILE`: all that is needed to go on elsewhere, sealed.
@Command(
        name = "backup",
        description = {
            "Makes a backup of the running server: its database as of one moment, keys and certificates.",
            "It is sealed with a passphrase, typed unseen or read from a line of standard input."
        },
        mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
    @Mixin
    private ServerChoice choice;

    @Parameters(index = "0", paramLabel = "FILE", description = "A file that isn't there yet.")
    private Path file = Path.of("");

    @Option(
            names = "--key",
            description = "Seals with the installation's key (master.key, which is not in the backup then) instead.")
    private boolean key;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /// @param environment of this process
    BackupCommand(Map<String, String> environment) {
        choice = new ServerChoice(environment);
    }

    @Override
    public Integer call() throws IOException {
        OutputFile.requireAbsent(file);
        JsonObject body = new JsonObject();
        if (!key) {
            body.addProperty("passphrase", passphrase());
        }
        try (Remote server = choice.open();
                InputStream in = server.download("POST", "/backups", Optional.of(body))) {
            long bytes = OutputFile.write(file, in);
            JsonObject answer = new JsonObject();
            answer.addProperty("file", file.toString());
            answer.addProperty("bytes", bytes);
            spec.commandLine()
                    .getOut()
                    .println(
                            choice.json
                                    ? answer.toString()
                                    : file + ": " + bytes + " bytes, sealed with "
                                            + (key
                                                    ? "the installation's key: keep master.key elsewhere"
                                                    : "your passphrase"));
            spec.commandLine().getOut().flush();
            return ExitCode.OK;
        }
    }

    private static String passphrase() throws IOException {
        String typed = Typed.fresh("passphrase");
        if (typed.length() < BackupKey.Passphrase.MIN_CHARS) {
            throw new CommandFailure("a passphrase has " + BackupKey.Passphrase.MIN_CHARS + " characters at least");
        }
        return typed;
    }
}
