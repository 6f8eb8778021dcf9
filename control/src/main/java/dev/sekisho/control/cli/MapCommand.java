package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.remote.Remote;
import dev.sekisho.control.show.MapText;
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

/// `sekisho map`: who reaches what by which roles (product line R08b).
@Command(
        name = "map",
        description = {
            "Shows who reaches what by which roles, from one user, role, device or resource on.",
            "What is shown are grants; what they decide together is told by sekisho explain."
        },
        mixinStandardHelpOptions = true)
final class MapCommand implements Callable<Integer> {
    @Mixin
    private ServerChoice choice;

    @Option(names = "--user", paramLabel = "USER", description = "The user to start at.")
    private String user = "";

    @Option(names = "--role", paramLabel = "ROLE", description = "The role to start at.")
    private String role = "";

    @Option(names = "--device", paramLabel = "USER/DEVICE", description = "The device to start at.")
    private String device = "";

    @Option(
            names = "--resource",
            paramLabel = "RESOURCE",
            description = "The resource to start at; beside one of the others, only the ways to it.")
    private String resource = "";

    @Option(names = "--depth", paramLabel = "N", description = "Roles of roles, 0 to 8 (default: 4).")
    private String depth = "";

    @Option(names = "--room", paramLabel = "N", description = "Things of a kind, 1 to 100 (default: 30).")
    private String room = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /// @param environment of this process
    MapCommand(Map<String, String> environment) {
        choice = new ServerChoice(environment);
    }

    @Override
    public Integer call() throws IOException {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("user", user);
        query.put("role", role);
        query.put("device", device);
        query.put("resource", resource);
        query.put("depth", depth);
        query.put("room", room);
        try (Remote server = choice.open()) {
            JsonObject answer = server.get("/policy/map" + Remote.query(query));
            PrintWriter out = spec.commandLine().getOut();
            out.print(choice.json ? answer + "\n" : new MapText(choice.palette()).all(answer));
            out.flush();
            return ExitCode.OK;
        }
    }
}
