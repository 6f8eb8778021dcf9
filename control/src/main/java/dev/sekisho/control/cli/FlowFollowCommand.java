package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.sekisho.control.remote.NewsStream;
import dev.sekisho.control.remote.Remote;
import dev.sekisho.control.show.FlowText;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sekisho flow follow`: flows as they open, end and are refused.
@Command(
        name = "follow",
        description = {
            "Prints flows as they open, end or are refused, until Ctrl-C: one's own, or with --all everybody's.",
            "So many a second are told and no more; flow search and flow mine have all of them."
        },
        mixinStandardHelpOptions = true)
final class FlowFollowCommand implements Callable<Integer> {
    private static final List<String> VERDICTS = List.of("allowed", "handed-off", "denied");

    @Mixin
    private ServerChoice choice;

    @Option(names = "--all", description = "Those of everybody; needs VIEW ALL LOGS.")
    private boolean all;

    @Option(names = "--user", paramLabel = "NAME", description = "With --all: only those of this user.")
    private String user = "";

    @Option(names = "--device", paramLabel = "USER/NAME", description = "Only those of this device.")
    private String device = "";

    @Option(names = "--resource", paramLabel = "NAME", description = "Only those to this resource.")
    private String resource = "";

    @Option(names = "--verdict", paramLabel = "VERDICT", description = "allowed, handed-off or denied.")
    private String verdict = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /// @param environment of this process
    FlowFollowCommand(Map<String, String> environment) {
        choice = new ServerChoice(environment);
    }

    @Override
    public Integer call() throws IOException {
        if (!user.isEmpty() && !all) {
            throw new ParameterException(spec.commandLine(), "--user goes with --all: without it flows are one's own");
        }
        if (!verdict.isEmpty() && !VERDICTS.contains(verdict)) {
            throw new ParameterException(
                    spec.commandLine(), "there is no verdict '" + verdict + "': " + String.join(", ", VERDICTS));
        }
        String topic = all ? "flow" : "flow.own";
        try (Remote server = choice.open();
                NewsStream news = NewsStream.of(server)) {
            // Whoever may not see them would wait for ever: the log says so.
            server.get((all ? "/flows/log" : "/me/flows/log") + "?limit=1");
            for (Optional<NewsStream.News> next = news.next(); next.isPresent(); next = news.next()) {
                NewsStream.News one = next.get();
                if (one.topic().equals("reset")) {
                    spec.commandLine().getErr().println("some flows were missed: sekisho flow search has them");
                } else if (one.topic().equals(topic) && isWanted(one.data())) {
                    print(one.data());
                }
            }
            throw new CommandFailure("the server has ended, or you may not listen any more");
        }
    }

    private boolean isWanted(JsonObject flow) {
        return is(flow, "user", user)
                && is(flow, "device", device)
                && is(flow, "resource", resource)
                && is(flow, "verdict", verdict);
    }

    private static boolean is(JsonObject flow, String key, String wanted) {
        return wanted.isEmpty()
                || (flow.get(key) instanceof JsonPrimitive value
                        && value.getAsString().equalsIgnoreCase(wanted));
    }

    private void print(JsonObject flow) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(choice.json ? flow + "\n" : new FlowText(choice.palette()).line(flow));
        out.flush();
    }
}
