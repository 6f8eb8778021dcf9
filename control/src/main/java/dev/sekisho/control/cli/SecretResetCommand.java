package dev.sekisho.control.cli;

import dev.sekisho.control.secret.SecretReset;
import dev.sekisho.control.server.LostKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sekisho secret reset`: the way on without the installation's key.
@Command(
        name = "reset",
        description = {
            "For a database whose installation's key (master.key) is lost for good, while no server runs: makes a new",
            "key and marks all that was sealed as lost. Users, roles, grants, devices, settings and the audit log",
            "stay. Secrets, mail server, alert channels and authenticator apps have to be set up again, and every",
            "device needs a new configuration, since the server gets another key (docs/secrets.md). Where only the",
            "key that signs the audit log (audit.key) is lost, nothing but that one is made anew."
        },
        mixinStandardHelpOptions = true)
final class SecretResetCommand implements Callable<Integer> {
    private static final String SURE = "lost";

    @Option(names = "--yes", description = "Does not ask.")
    private boolean yes;

    @Mixin
    private StateChoice installation = new StateChoice();

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final Map<String, String> environment;

    /// @param environment of this process
    SecretResetCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        LostKey lost = new LostKey(installation.options(environment), environment, InstantSource.system());
        if (!yes) {
            confirm();
        }
        tell(lost.reset());
        return ExitCode.OK;
    }

    private static void confirm() throws IOException {
        if (!Typed.line("what only the lost key opens is given up; type " + SURE + " to go on")
                .equals(SURE)) {
            throw new CommandFailure("nothing was done");
        }
    }

    private void tell(LostKey.Done done) {
        PrintWriter out = spec.commandLine().getOut();
        done.keys().ifPresentOrElse(keys -> tell(out, keys), () -> out.println("nothing that is sealed was lost"));
        done.checkpoints()
                .ifPresent(aside -> out.println("audit.key was missing: what it has signed is in " + aside
                        + "; the next start makes another one"));
        out.flush();
    }

    private static void tell(PrintWriter out, SecretReset.Done keys) {
        out.println(
                "the new key is in " + keys.key() + " (mark " + keys.mark() + "): keep a copy apart from your backups");
        keys.aside().ifPresent(aside -> out.println("the key that opened nothing here is in " + aside));
        out.println(keys.lost().isEmpty() ? "nothing was sealed" : "lost: " + String.join(", ", keys.lost()));
    }
}
