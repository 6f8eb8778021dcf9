package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.show.ControlText;
import dev.sekisho.control.socket.ControlClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sekisho challenges`: what waits for a second factor.
@Command(
        name = "challenges",
        description = {"Lists the open challenges of a running checkpoint."},
        mixinStandardHelpOptions = true)
final class ChallengesCommand implements Callable<Integer> {
    @Mixin
    private RunningInstance instance = new RunningInstance();

    @Option(
            names = {"-f", "--follow"},
            description = "Then goes on with challenges as they come and end.")
    private boolean follow;

    @Override
    public Integer call() throws IOException {
        Follower follower =
                new Follower(instance, event -> event.get("event").getAsString().startsWith("challenge"));
        if (follow) {
            follower.follow(this::show);
        } else {
            show();
        }
        return ExitCode.OK;
    }

    private void show() throws IOException {
        JsonObject answer = instance.ask(ControlClient.request("challenges"));
        instance.print(
                instance.json
                        ? answer + "\n"
                        : new ControlText(instance.palette()).challenges(answer.getAsJsonArray("challenges")));
    }
}
