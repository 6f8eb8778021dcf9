package dev.sekisho.control.settings;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sekisho.control.network.FirewallTool;
import dev.sekisho.control.network.NetworkPlan;
import dev.sekisho.control.network.UpScript;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Permission;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The routes `/network/settings`, `/network/script` and `/network/mail-template`.
public final class SettingsApi {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Settings settings;
    private final UdpPorts ports;

    /// The routes.
    ///
    /// @param ports of the host that listens
    public SettingsApi(Settings settings, UdpPorts ports) {
        this.settings = settings;
        this.ports = ports;
    }

    /// The settings as they are shown.
    ///
    /// @param endpoint what device configs say: the public address or the host's own, and the port
    record View(
            boolean enabled,
            @JsonProperty("interface") String interfaceName,
            int listenPort,
            Optional<String> publicAddress,
            Optional<String> endpoint,
            List<String> addresses,
            Optional<String> dns,
            int mtu,
            List<String> exposedSubnets,
            List<String> networkInterfaces,
            SettingsBody.Mfa mfa,
            SettingsBody.Scan scan,
            List<String> enrollmentRoles,
            int maxOwnDevices,
            boolean pendingDevices,
            long version) {
        static View of(NetworkSettings settings) {
            SettingsBody body = SettingsBody.of(settings);
            return new View(
                    body.enabled(),
                    body.interfaceName(),
                    body.listenPort(),
                    body.publicAddress(),
                    body.publicAddress()
                            .or(HostAddress::find)
                            .map(host -> HostAddress.endpoint(host, body.listenPort())),
                    body.addresses(),
                    body.dns(),
                    body.mtu(),
                    body.exposedSubnets(),
                    body.networkInterfaces().orElse(List.of()),
                    body.mfa(),
                    body.scan(),
                    body.enrollmentRoles(),
                    body.maxOwnDevices(),
                    body.pendingDevices(),
                    settings.version());
        }
    }

    /// The mail for new devices, as it is sent and shown.
    record TemplateBody(String subject, String body) {
        TemplateBody {
            Checked.required("subject", subject);
            Checked.required("body", body);
        }

        MailTemplate template() {
            return Checked.field("body", () -> new MailTemplate(subject, body));
        }
    }

    /// All routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/network/settings", "Show the settings of the network")
                        .access(Permission.VIEW_NETWORK)
                        .answers(View.class)
                        .by(_ -> shown(settings.current())),
                Route.put("/network/settings", "Change the settings of the network")
                        .access(Permission.MANAGE_SETTINGS)
                        .body(SettingsBody.class)
                        .answers(View.class)
                        .by(this::change),
                Route.get("/network/script", "The UP or DOWN script of this host")
                        .access(Permission.VIEW_NETWORK)
                        .query("direction", "up or down")
                        .query("tool", "nftables or iptables; nftables without")
                        .answers(new Route.Shape.Raw(TEXT))
                        .by(this::script),
                Route.get("/network/mail-template", "Show the mail for new devices")
                        .access(Permission.VIEW_NETWORK)
                        .answers(TemplateBody.class)
                        .by(_ -> body(settings.template())),
                Route.put("/network/mail-template", "Change the mail for new devices")
                        .access(Permission.MANAGE_SETTINGS)
                        .body(TemplateBody.class)
                        .answers(TemplateBody.class)
                        .by(request -> body(settings.template(
                                request.actor(),
                                request.body(TemplateBody.class).template()))),
                Route.post("/network/mail-template/preview", "The mail for new devices with an example filled in")
                        .access(Permission.MANAGE_SETTINGS)
                        .body(TemplateBody.class)
                        .answers(TemplateBody.class)
                        .by(this::preview));
    }

    private static TemplateBody body(MailTemplate template) {
        return new TemplateBody(template.subject(), template.body());
    }

    private static Answer shown(NetworkSettings settings) {
        return Answer.of(View.of(settings)).version(settings.version());
    }

    private Object change(Request request) {
        SettingsBody body = request.body(SettingsBody.class);
        return shown(settings.change(request.actor(), request.ifMatch(), (before, roles) -> {
            NetworkSettings after = body.settings(before.version() + 1, roles);
            requireFreePort(before, after);
            return after;
        }));
    }

    /// The port that is in force is our own, so only another one is tried.
    private void requireFreePort(NetworkSettings before, NetworkSettings after) {
        int port = after.place().listenPort();
        boolean isNew = port != before.place().listenPort();
        boolean isPort = port > 0 && port <= 0xffff;
        if (after.enabled() && isNew && isPort && !ports.isFree(port)) {
            throw Problem.invalid(
                    "listenPort",
                    "port " + port + " is in use on this host, or may not be listened on: choose another, or stop what"
                            + " uses it");
        }
    }

    private Object script(Request request) {
        FirewallTool tool = switch (request.query("tool").orElse("nftables")) {
            case "nftables" -> FirewallTool.NFTABLES;
            case "iptables" -> FirewallTool.IPTABLES;
            default -> throw Problem.invalid("tool", "is nftables or iptables");
        };
        NetworkPlan plan = settings.current().place().plan();
        String script = switch (request.query("direction").orElse("up")) {
            case "up" -> UpScript.up(plan, tool);
            case "down" -> UpScript.down(plan, tool);
            default -> throw Problem.invalid("direction", "is up or down");
        };
        return new Answer(200, Optional.of(script.getBytes(StandardCharsets.UTF_8)), Map.of("Content-Type", TEXT));
    }

    private Object preview(Request request) {
        NetworkSettings current = settings.current();
        MailTemplate.Mail mail = request.body(TemplateBody.class)
                .template()
                .fill(Map.of(
                        "user", "alice",
                        "name", "Alice Example",
                        "device", "laptop",
                        "server",
                                current.place()
                                        .publicAddress()
                                        .or(HostAddress::find)
                                        .orElse("the server"),
                        "addresses", "10.66.0.2"));
        return new TemplateBody(mail.subject(), mail.body());
    }
}
