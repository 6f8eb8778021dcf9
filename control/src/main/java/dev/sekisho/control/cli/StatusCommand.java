package dev.sekisho.control.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sekisho.control.show.ControlText;
import dev.sekisho.control.socket.ControlClient;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/// `sekisho status`: what is in force, and whether the file as it is now is.
@Command(
        name = "status",
        description = {
            "Says which policy is in force in a running checkpoint, and why its file isn't, if so.",
            "Where the server is, when its network is off, and which servers share its database."
        },
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private RunningInstance instance = new RunningInstance();

    @Override
    public Integer call() throws IOException {
        JsonObject answer = instance.askServer(ControlClient.request("status"));
        Optional<JsonArray> nodes = instance.nodes();
        nodes.ifPresent(all -> answer.add("nodes", all));
        if (instance.json) {
            instance.print(answer + "\n");
            return ExitCode.OK;
        }
        instance.print(answer.has("interface") ? ControlText.status(answer) : ControlText.server(answer));
        nodes.ifPresent(all -> instance.print(new ControlText(instance.palette()).nodes(all)));
        return ExitCode.OK;
    }
}
