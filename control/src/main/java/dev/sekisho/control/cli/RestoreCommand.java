package dev.sekisho.control.cli;

import dev.sekisho.control.backup.BackupKey;
import dev.sekisho.control.backup.Restore;
import dev.sekisho.control.secret.InstallationKey;
import dev.sekisho.control.server.ServerOptions;
import dev.sekisho.control.state.StateDirectory;
import dev.sekisho.control.store.DatabaseUrl;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sekisho restore FILE`: puts a backup back while no server runs.
@Command(
        name = "restore",
        description = {
            "Puts a backup back into an empty state directory while the server is stopped. All of it is checked before",
            "anything is touched. The passphrase is typed unseen or read from a line of standard input."
        },
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FILE", description = "A file by sekisho backup.")
    private Path file = Path.of("");

    @Option(
            names = "--key",
            description = "It is sealed with the installation's key: master.key of the state directory, or the"
                    + " environment's SEKISHO_ENCRYPTION_KEY.")
    private boolean key;

    @Option(names = "--force", description = "Keeps aside what is there, instead of refusing.")
    private boolean force;

    @Mixin
    private StateChoice installation = new StateChoice();

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final Map<String, String> environment;

    /// @param environment of this process
    RestoreCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        ServerOptions options = installation.options(environment);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                StateDirectory claimed = StateDirectory.claim(options.state())) {
            BackupKey with = key
                    ? new BackupKey.Installation(
                            InstallationKey.open(claimed.path(), environment).key())
                    : passphrase();
            Restore restore = new Restore(claimed.path(), options.database().map(DatabaseUrl::parse), force);
            tell(restore.read(with, in), claimed.path());
        }
        return ExitCode.OK;
    }

    private static BackupKey passphrase() throws IOException {
        try {
            return new BackupKey.Passphrase(CharBuffer.wrap(Typed.line("passphrase")));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    private void tell(Restore.Restored done, Path directory) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("restored into " + directory + " what sekisho " + done.version() + " saved at " + done.createdAt());
        done.aside().ifPresent(aside -> out.println("what was there is in " + aside));
        if (done.needsKey()) {
            out.println("before the server starts, put the installation's key there as master.key (chmod 600),"
                    + " or start it once with SEKISHO_ENCRYPTION_KEY");
        }
        out.flush();
    }
}
