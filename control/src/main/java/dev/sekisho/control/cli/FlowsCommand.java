package dev.sekisho.control.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sekisho.control.show.ControlText;
import dev.sekisho.control.socket.ControlClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sekisho flows`: what passes now.
@Command(
        name = "flows",
        description = {"Lists the live flows of a running checkpoint."},
        mixinStandardHelpOptions = true)
final class FlowsCommand implements Callable<Integer> {
    @Mixin
    private RunningInstance instance = new RunningInstance();

    @Option(
            names = {"-f", "--follow"},
            description = "Then goes on with everything that happens.")
    private boolean follow;

    @Option(names = "--user", paramLabel = "USER", description = "Only those of this user.")
    private @Nullable String user;

    @Option(names = "--device", paramLabel = "DEVICE", description = "Only those of this device.")
    private @Nullable String device;

    @Override
    public Integer call() throws IOException {
        if (follow) {
            new Follower(instance, this::isWanted).follow(this::show);
        } else {
            show();
        }
        return ExitCode.OK;
    }

    private void show() throws IOException {
        JsonObject request = ControlClient.request("flows");
        if (user != null) {
            request.addProperty("user", user);
        }
        if (device != null) {
            request.addProperty("device", device);
        }
        JsonObject answer = instance.ask(request);
        JsonArray wanted = answer.getAsJsonArray("flows");
        long count = answer.get("count").getAsLong();
        if (instance.json) {
            StringBuilder lines = new StringBuilder();
            wanted.forEach(flow -> lines.append(flow).append('\n'));
            instance.print(lines);
        } else {
            instance.print(new ControlText(instance.palette()).flows(wanted, count));
        }
    }

    private boolean isWanted(JsonObject event) {
        return is(event, "user", user) && is(event, "device", device);
    }

    private static boolean is(JsonObject event, String key, @Nullable String wanted) {
        return wanted == null || (event.has(key) && event.get(key).getAsString().equals(wanted));
    }
}
