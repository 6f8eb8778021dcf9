package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.remote.Login;
import dev.sekisho.control.remote.Pin;
import dev.sekisho.control.remote.Remote;
import dev.sekisho.control.remote.RemoteException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sekisho login URL`: lets this command line in as a person, who says so in the portal.
@Command(
        name = "login",
        description = {
            "Logs in to a server: open the portal as the command says and type the code. Lasts twelve hours.",
            "A certificate that no authority vouches for is shown first, and its key pinned once you agree."
        },
        mixinStandardHelpOptions = true)
final class LoginCommand implements Callable<Integer> {
    private static final int PENDING = 428;
    private static final int REFUSED = 403;
    private static final int OVER = 410;

    @Parameters(index = "0", paramLabel = "URL", description = "The server, as https://HOST:8443.")
    private String server = "";

    @Option(
            names = "--fingerprint",
            paramLabel = "SHA256",
            description = "The certificate's fingerprint, as sekisho up prints it; then nothing is asked.")
    private @Nullable String fingerprint;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final Map<String, String> environment;

    /// @param environment of this process
    LoginCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        URI url = Login.url(server);
        Optional<Pin> pin = pin(url);
        try (Remote remote = Remote.of(new Login(url, pin, ""))) {
            JsonObject ask = new JsonObject();
            ask.addProperty("client", "sekisho on " + hostName());
            JsonObject code = remote.call("POST", "/device-codes", Optional.of(ask), Map.of());
            PrintWriter out = spec.commandLine().getOut();
            out.println("Open " + url + code.get("verificationPath").getAsString() + " and type the code "
                    + code.get("userCode").getAsString());
            out.flush();
            Path file = Login.standardFile(environment);
            JsonObject token = await(remote, code);
            new Login(
                            url,
                            pin,
                            token.get("token").getAsString(),
                            Optional.of(token.get("id").getAsString()))
                    .write(file);
            out.println("logged in; kept in " + file);
            out.flush();
        }
        return ExitCode.OK;
    }

    /// How the server is to be known: by its authority if it has one, else by its key.
    private Optional<Pin> pin(URI url) throws IOException {
        if (fingerprint == null) {
            try (Remote remote = Remote.of(new Login(url, Optional.empty(), ""))) {
                remote.get("/server");
                return Optional.empty();
            } catch (RemoteException e) {
                if (!(e.getCause() instanceof javax.net.ssl.SSLException)) {
                    throw e;
                }
            }
        }
        X509Certificate shown = Remote.certificate(url);
        String seen = Pin.fingerprint(shown);
        if (fingerprint == null) {
            agree(url, seen);
        } else if (!ServerChoice.pin(fingerprint).equals(Pin.parse(seen))) {
            throw new CommandFailure("the server shows another certificate: " + seen);
        }
        return Optional.of(Pin.ofKey(shown));
    }

    private void agree(URI url, String seen) {
        if (!Typed.isTerminal()) {
            throw new CommandFailure("no authority vouches for " + url + ": its certificate has the fingerprint " + seen
                    + "; if sekisho up prints the same, add --fingerprint " + seen);
        }
        String answer = Objects.requireNonNull(System.console())
                .readLine(
                        "No authority vouches for %s. The fingerprint of its certificate is%n  %s%n"
                                + "Does sekisho up print the same? [y/N] ",
                        url, seen);
        if (answer == null || !answer.strip().matches("(?i)y|yes")) {
            throw new CommandFailure("not logged in");
        }
    }

    private static JsonObject await(Remote remote, JsonObject code) throws InterruptedException {
        Duration pause =
                Duration.ofSeconds(Math.max(1, code.get("intervalSeconds").getAsLong()));
        JsonObject redeem = new JsonObject();
        redeem.add("deviceCode", code.get("deviceCode"));
        while (true) {
            try {
                return remote.call("POST", "/device-codes/token", Optional.of(redeem), Map.of());
            } catch (RemoteException e) {
                switch (e.status()) {
                    case PENDING -> Thread.sleep(pause);
                    case REFUSED -> throw new CommandFailure("not logged in: it was refused in the portal");
                    case OVER ->
                        throw new CommandFailure("not logged in: nobody let this in in time; start again with"
                                + " sekisho login " + remote.url());
                    default -> throw e;
                }
            }
        }
    }

    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname"), StandardCharsets.UTF_8)
                    .strip();
        } catch (IOException e) {
            return "a host without a name";
        }
    }
}
