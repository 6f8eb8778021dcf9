package dev.sekisho.control.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sekisho.control.doctor.Doctor;
import dev.sekisho.control.doctor.Finding;
import dev.sekisho.control.doctor.Host;
import dev.sekisho.control.doctor.Site;
import dev.sekisho.control.doctor.ThisHost;
import dev.sekisho.control.server.ServerOptions;
import dev.sekisho.control.show.Palette;
import dev.sekisho.control.show.Table;
import dev.sekisho.control.socket.ControlSockets;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sekisho doctor`: what would keep the server from working here.
@Command(
        name = "doctor",
        description = {
            "Looks at this host and says what would keep the server from working, and what to do.",
            "Changes nothing. 1 when something fails; warnings are 0."
        },
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private StateChoice installation = new StateChoice();

    @Option(
            names = "--udp-port",
            paramLabel = "PORT",
            defaultValue = "51871",
            description = "The tunnel's port, while no server runs that says it (default: 51871).")
    private int udpPort;

    @Option(names = "--no-tun", description = "The server is to run without a tunnel.")
    private boolean noTun;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final Map<String, String> environment;
    private final Function<ControlSockets, Host> host;

    /// @param environment of this process
    DoctorCommand(Map<String, String> environment) {
        this(environment, sockets -> new ThisHost(environment, sockets));
    }

    /// @param host the host of a server with these sockets
    DoctorCommand(Map<String, String> environment, Function<ControlSockets, Host> host) {
        this.environment = environment;
        this.host = host;
    }

    @Override
    public Integer call() {
        boolean root = RunningInstance.isRoot();
        ServerOptions options = installation.options(environment);
        Host asked = host.apply(ControlSockets.of(options.state(), root, environment));
        List<Finding> findings = new Doctor(asked, site(options)).findings();
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? object(findings) + "\n" : table(findings));
        out.flush();
        boolean fails = findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAIL);
        return fails ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private Site site(ServerOptions options) {
        return new Site(
                options.state(),
                options.listen(),
                options.tunnel() && !noTun ? Optional.of(udpPort) : Optional.empty(),
                options.publicAddress(),
                options.hostNames(),
                options.certificate()
                        .map(ServerOptions.Certificate::chain)
                        .orElse(options.state().resolve("tls").resolve("certificate.pem")),
                options.database());
    }

    private static JsonObject object(List<Finding> findings) {
        JsonArray items = new JsonArray();
        for (Finding finding : findings) {
            JsonObject item = new JsonObject();
            item.addProperty("name", finding.name());
            item.addProperty("level", level(finding));
            item.addProperty("detail", finding.detail());
            item.addProperty("advice", finding.advice());
            items.add(item);
        }
        JsonObject all = new JsonObject();
        all.add("findings", items);
        return all;
    }

    private static String level(Finding finding) {
        return finding.level().name().toLowerCase(Locale.ROOT);
    }

    private String table(List<Finding> findings) {
        Table table = new Table(new Palette(Terminal.wantsColours(environment)), "", "CHECK", "FOUND");
        findings.forEach(finding -> table.row(
                level(finding),
                finding.name(),
                finding.detail() + (finding.advice().isEmpty() ? "" : ". To do: " + finding.advice())));
        StringBuilder text = new StringBuilder();
        table.append(text);
        return text.toString();
    }
}
