package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.remote.Remote;
import dev.sekisho.control.show.FlowText;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sekisho flow top`: who and what has the most traffic or refusals.
@Command(
        name = "top",
        description = "Shows who and what has the most traffic, or refusals, on the node that answers.",
        mixinStandardHelpOptions = true)
final class FlowTopCommand implements Callable<Integer> {
    @Mixin
    private ServerChoice choice;

    @Option(names = "--by", paramLabel = "KIND", description = "user (default), device, resource or destination.")
    private String by = "user";

    @Option(names = "--order", paramLabel = "bytes|denied", description = "What counts: bytes (default) or refusals.")
    private String order = "bytes";

    @Option(names = "--from", paramLabel = "TIME", description = "The first moment; a day before the last without.")
    private String from = "";

    @Option(names = "--to", paramLabel = "TIME", description = "The moment after the last; now without.")
    private String to = "";

    @Option(names = "--limit", paramLabel = "N", description = "Names at most, 1 to 100 (default: 10).")
    private String limit = "10";

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /// @param environment of this process
    FlowTopCommand(Map<String, String> environment) {
        choice = new ServerChoice(environment);
    }

    @Override
    public Integer call() throws IOException {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("by", by);
        query.put("order", order);
        query.put("from", from);
        query.put("to", to);
        query.put("limit", limit);
        try (Remote server = choice.open()) {
            JsonObject answer = server.get("/flows/top" + Remote.query(query));
            PrintWriter out = spec.commandLine().getOut();
            if (choice.json) {
                out.println(answer);
            } else {
                out.print(new FlowText(choice.palette()).top(answer));
            }
            out.flush();
            return ExitCode.OK;
        }
    }
}
