package dev.sekisho.control.cli;

import dev.sekisho.control.show.Palette;
import dev.sekisho.control.show.StatusField;
import dev.sekisho.control.show.StatusText;
import dev.sekisho.control.uapi.UapiException;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.dataplane.run.DeviceStatus;
import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sekisho show`: what `wg show` prints, for the userspace interfaces of this host.
@Command(
        name = "show",
        description = "Shows the state of running interfaces, in the layouts of wg show.",
        mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
    private static final String ALL = "all";

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "INTERFACE|all|interfaces",
            description = "Which interface; all when absent.")
    private String target = ALL;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FIELD",
            description = "One field for scripts: public-key, private-key, listen-port, fwmark, peers, preshared-keys,"
                    + " endpoints, allowed-ips, latest-handshakes, transfer, persistent-keepalive or dump.")
    private @Nullable String field;

    private final UapiSockets sockets;
    private final Map<String, String> environment;

    /// For picocli: the sockets of this host.
    ShowCommand() {
        this(UapiSockets.SYSTEM, System.getenv());
    }

    ShowCommand(UapiSockets sockets, Map<String, String> environment) {
        this.sockets = sockets;
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        if (target.equals("interfaces")) {
            List<String> names = sockets.interfaces();
            if (!names.isEmpty()) {
                print(String.join(" ", names) + "\n");
            }
            return ExitCode.OK;
        }
        StatusField wanted = field == null ? null : StatusField.find(field);
        if (field != null && wanted == null) {
            throw new ParameterException(spec.commandLine(), "unknown field '" + field + "'");
        }
        if (!target.equals(ALL)) {
            show(List.of(target), wanted, false);
            return ExitCode.OK;
        }
        show(sockets.interfaces(), wanted, true);
        return ExitCode.OK;
    }

    private void show(List<String> names, @Nullable StatusField wanted, boolean withName) throws IOException {
        boolean first = true;
        for (String name : names) {
            DeviceStatus status = status(name);
            StringBuilder text = new StringBuilder();
            try {
                if (wanted != null) {
                    wanted.append(status, withName, text);
                } else {
                    text.append(first ? "" : "\n");
                    layout().append(status, text);
                }
            } finally {
                UapiSockets.wipe(status);
            }
            print(text);
            first = false;
        }
    }

    private DeviceStatus status(String name) throws IOException {
        try {
            return sockets.status(name);
        } catch (SocketException e) {
            throw new CommandFailure("Unable to access interface " + name + ": " + e.getMessage());
        } catch (UapiException e) {
            throw new CommandFailure("Unable to read interface " + name + ": " + e.getMessage());
        }
    }

    private StatusText layout() {
        return new StatusText(
                new Palette(Terminal.wantsColours(environment)),
                environment.getOrDefault("WG_HIDE_KEYS", "").equals("never"),
                System.currentTimeMillis() / 1000);
    }

    private void print(CharSequence text) {
        spec.commandLine().getOut().append(text).flush();
    }
}
