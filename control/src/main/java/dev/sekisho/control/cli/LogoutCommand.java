package dev.sekisho.control.cli;

import dev.sekisho.control.remote.Login;
import dev.sekisho.control.remote.Remote;
import dev.sekisho.control.remote.RemoteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `sekisho logout`: forgets what `sekisho login` has kept.
@Command(
        name = "logout",
        description = {
            "Revokes the token that sekisho login got, and forgets it.",
            "1 when the server could not be told: then it is forgotten here, and ends by itself after twelve hours."
        },
        mixinStandardHelpOptions = true)
final class LogoutCommand implements Callable<Integer> {
    /// The token is over already.
    private static final int UNAUTHENTICATED = 401;

    /// Somebody has revoked it.
    private static final int GONE = 404;

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
        Path file = Login.standardFile(environment);
        Optional<Login> login = Login.read(file);
        Files.deleteIfExists(file);
        if (login.isPresent()) {
            revoke(login.get());
        }
        spec.commandLine().getOut().println(login.isPresent() ? "logged out" : "there was no login");
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    private static void revoke(Login login) {
        Optional<String> id = login.tokenId();
        if (id.isEmpty()) {
            return;
        }
        try (Remote server = Remote.of(login)) {
            server.call("DELETE", "/tokens/" + Remote.encode(id.get()), Optional.empty(), Map.of());
        } catch (RemoteException e) {
            if (e.status() != UNAUTHENTICATED && e.status() != GONE) {
                throw new CommandFailure(
                        "forgotten here, but the server could not be told, and its token ends by itself"
                                + " after twelve hours: " + e.getMessage());
            }
        }
    }
}
