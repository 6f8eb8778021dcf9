package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.remote.Remote;
import dev.sekisho.control.show.ControlText;
import dev.sekisho.control.show.ExplainText;
import dev.sekisho.control.socket.ControlClient;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sekisho explain`: which rule decides, and why (product line R08).
@Command(
        name = "explain",
        description = {
            "Says which rule decides on a packet of a user or a device, and why, at any moment: by the server",
            "(on its host without a login, else as sekisho login says), or by a checkpoint with a policy file here."
        },
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private RunningInstance instance = new RunningInstance();

    @Parameters(
            index = "0",
            paramLabel = "USER|DEVICE|network:IP",
            description =
                    "Who; user:NAME or device:NAME when both have it. A server also takes a host that is nobody's.")
    private String subject = "";

    @Parameters(
            index = "1",
            paramLabel = "IP:PORT[/PROTOCOL]",
            description = "Where to; the protocol is tcp (unless given), udp or icmp (port 0).")
    private String target = "";

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "At which moment, as 2026-01-01T00:00:00Z; now unless given.")
    private @Nullable String at;

    private final Map<String, String> environment;

    /// @param environment of this process
    ExplainCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        int slash = target.indexOf('/');
        String destination = slash < 0 ? target : target.substring(0, slash);
        String protocol = slash < 0 ? "" : target.substring(slash + 1);
        if (instance.isWithoutServer()) {
            JsonObject answer = inForce(destination, protocol);
            instance.print(instance.json ? answer + "\n" : ControlText.explanation(answer));
        } else {
            JsonObject answer = byServer(destination, protocol);
            instance.print(instance.json ? answer + "\n" : new ExplainText(instance.palette()).all(answer));
        }
        return ExitCode.OK;
    }

    /// What a checkpoint by a policy file says: the file is all there is to know.
    private JsonObject inForce(String destination, String protocol) throws IOException {
        JsonObject request = ControlClient.request("explain", "subject", subject, "destination", destination);
        if (!protocol.isEmpty()) {
            request.addProperty("protocol", protocol);
        }
        if (at != null) {
            request.addProperty("at", at);
        }
        return instance.ask(request);
    }

    /// What the API says, on its own host by the local socket.
    private JsonObject byServer(String destination, String protocol) throws IOException {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("subject", subject);
        query.put("target", destination);
        query.put("protocol", protocol);
        query.put("at", Objects.requireNonNullElse(at, ""));
        try (Remote server = ServerChoice.at(instance.state(), environment).open()) {
            return server.get("/explain" + Remote.query(query));
        }
    }
}
