package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.remote.Pin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `sekisho server fingerprint`: by what others know the server on this host.
@Command(
        name = "fingerprint",
        description = {
            "Prints the fingerprint of the certificate of the server on this host, as sekisho up did:",
            "for sekisho login --fingerprint and SEKISHO_FINGERPRINT."
        },
        mixinStandardHelpOptions = true)
final class FingerprintCommand implements Callable<Integer> {
    @Mixin
    private ServerChoice choice;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /// @param environment of this process
    FingerprintCommand(Map<String, String> environment) {
        choice = new ServerChoice(environment);
    }

    @Override
    public Integer call() throws IOException {
        JsonObject here = choice.here();
        String fingerprint = Pin.fingerprintOf(Path.of(here.get("certificate").getAsString()));
        JsonObject answer = VerbOutput.object("fingerprint", fingerprint);
        answer.add("url", here.get("url"));
        spec.commandLine().getOut().println(choice.json ? answer.toString() : fingerprint);
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
