package dev.sekisho.control.cli;

import dev.sekisho.control.remote.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `sekisho logout`: forgets what `sekisho login` has kept.
@Command(
        name = "logout",
        description = {
            "Forgets the login on this host. Its token ends by itself after twelve hours;",
            "sekisho token list and sekisho token delete end it before."
        },
        mixinStandardHelpOptions = true)
final class LogoutCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final Map<String, String> environment;

    /// @param environment of this process
    LogoutCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        boolean was = Files.deleteIfExists(Login.standardFile(environment));
        spec.commandLine().getOut().println(was ? "logged out" : "there was no login");
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
