package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.show.ControlText;
import dev.sekisho.control.socket.ControlClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/// `sekisho status`: what is in force, and whether the file as it is now is.
@Command(
        name = "status",
        description = {
            "Says which policy is in force in a running checkpoint, and why its file isn't, if so.",
            "Where the server is, when its network is off."
        },
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private RunningInstance instance = new RunningInstance();

    @Override
    public Integer call() throws IOException {
        JsonObject answer = instance.askServer(ControlClient.request("status"));
        instance.print(
                instance.json
                        ? answer + "\n"
                        : answer.has("interface") ? ControlText.status(answer) : ControlText.server(answer));
        return ExitCode.OK;
    }
}
