package dev.sekisho.control.cli;

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
import picocli.CommandLine.Parameters;

/// `sekisho explain`: which rule decides, and why (product line R08).
@Command(
        name = "explain",
        description = {"Says which rule decides on a packet of a user or a device, and why."},
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private RunningInstance instance = new RunningInstance();

    @Parameters(
            index = "0",
            paramLabel = "USER|DEVICE",
            description = "Who; user:NAME or device:NAME when both have it.")
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

    @Override
    public Integer call() throws IOException {
        int slash = target.indexOf('/');
        JsonObject request = ControlClient.request(
                "explain", "subject", subject, "destination", slash < 0 ? target : target.substring(0, slash));
        if (slash >= 0) {
            request.addProperty("protocol", target.substring(slash + 1));
        }
        if (at != null) {
            request.addProperty("at", at);
        }
        JsonObject answer = instance.ask(request);
        instance.print(instance.json ? answer + "\n" : ControlText.explanation(answer));
        return ExitCode.OK;
    }
}
