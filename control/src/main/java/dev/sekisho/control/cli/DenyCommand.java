package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.socket.ControlClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sekisho deny ID`: no.
@Command(
        name = "deny",
        description = {"Denies a challenge: what waits for it is refused."},
        mixinStandardHelpOptions = true)
final class DenyCommand implements Callable<Integer> {
    @Mixin
    private RunningInstance instance = new RunningInstance();

    @Parameters(index = "0", paramLabel = "ID", description = "The challenge, as sekisho challenges lists it.")
    private String id = "";

    @Override
    public Integer call() throws IOException {
        JsonObject request = ControlClient.request("deny", "id", id);
        JsonObject answer = instance.ask(request);
        instance.print(
                instance.json
                        ? answer + "\n"
                        : "denied: " + answer.get("user").getAsString() + " to "
                                + answer.get("resource").getAsString() + "\n");
        return ExitCode.OK;
    }
}
