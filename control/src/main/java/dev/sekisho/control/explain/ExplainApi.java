package dev.sekisho.control.explain;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sekisho.control.device.DeviceStates;
import dev.sekisho.control.enforce.CheckpointHost;
import dev.sekisho.control.enforce.PolicyPublisher;
import dev.sekisho.control.flows.EventJson;
import dev.sekisho.control.policy.Texts;
import dev.sekisho.control.socket.ControlException;
import dev.sekisho.control.socket.Ends;
import dev.sekisho.control.socket.Enforcer;
import dev.sekisho.control.socket.FlowView;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Explanation;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The routes `/explain`, `/flows` and `/network/status`: what the data plane knows.
public final class ExplainApi {
    private static final int MAX_FLOWS = 1_000;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;

    private final CheckpointHost host;
    private final PolicyPublisher publisher;
    private final DeviceStates devices;
    private final InstantSource clock;

    public ExplainApi(CheckpointHost host, PolicyPublisher publisher, DeviceStates devices, InstantSource clock) {
        this.host = host;
        this.publisher = publisher;
        this.devices = devices;
        this.clock = clock;
    }

    /// Why somebody may reach something or not.
    ///
    /// @param verdict `allow`, `challenge` or `deny`
    /// @param reason why it is denied, in kebab case
    /// @param rule the grant that decides
    /// @param lines the whole chain of reasons, the verdict first
    record ExplainView(
            String verdict,
            Optional<String> reason,
            Optional<String> rule,
            Optional<String> resource,
            String user,
            List<String> lines) {
        ExplainView {
            lines = List.copyOf(lines);
        }
    }

    /// A live flow.
    ///
    /// @param source the side that opened it
    /// @param openedBy `device` or `network`
    record FlowRow(
            String id,
            String device,
            String user,
            String source,
            String destination,
            String protocol,
            String openedBy,
            String verdict,
            String grant,
            String resource,
            Instant startedAt,
            long bytesToTarget,
            long bytesToDevice,
            long packetsToTarget,
            long packetsToDevice) {}

    /// How the network is.
    ///
    /// @param policyVersion number of the last audit record that is in force
    /// @param error why the newest changes are not in force
    record StatusView(
            boolean running,
            @JsonProperty("interface") Optional<String> interfaceName,
            long policyVersion,
            Optional<Instant> appliedAt,
            Optional<String> error,
            long devices,
            long flows) {}

    /// All routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/explain", "Why somebody may reach something or not")
                        .access(Permission.VIEW_NETWORK)
                        .query("subject", "a user, or USER/DEVICE")
                        .query("target", "IP:PORT, IPv6 in brackets; port 0 for ping")
                        .query("protocol", "tcp, udp or icmp; tcp without")
                        .query("at", "a moment; now without")
                        .answers(ExplainView.class)
                        .by(this::explain),
                Route.get("/flows", "List live flows")
                        .access(Permission.VIEW_ALL_LOGS)
                        .query("q", "part of device, user, source, destination or resource")
                        .lists(FlowRow.class)
                        .by(this::flows),
                Route.get("/network/status", "How the network is")
                        .access(Permission.VIEW_NETWORK)
                        .answers(StatusView.class)
                        .by(_ -> status()));
    }

    private Enforcer enforcer() {
        return host.enforcer()
                .orElseThrow(() -> Problem.unavailable("the network is not running: see its status and settings"));
    }

    private Object explain(Request request) {
        String subject = request.query("subject").orElseThrow(() -> Problem.invalid("subject", "is missing"));
        String target = request.query("target").orElseThrow(() -> Problem.invalid("target", "is missing"));
        InetSocketAddress destination = Checked.field("target", () -> end(target));
        boolean v6 = destination.getAddress() instanceof Inet6Address;
        int protocol = switch (request.query("protocol").orElse("tcp")) {
            case "tcp" -> TCP;
            case "udp" -> UDP;
            case "icmp" -> v6 ? ICMPV6 : ICMP;
            default -> throw Problem.invalid("protocol", "is tcp, udp or icmp");
        };
        Instant at = request.query("at")
                .map(text -> Checked.field("at", () -> Texts.instant(text)))
                .orElseGet(clock::instant);
        UserId user = user(subject);
        Explanation why = enforcer().explain(user, destination, protocol, destination.getPort(), at.getEpochSecond());
        return new ExplainView(
                why.granted()
                        ? why.rule()
                                .filter(rule -> rule.mfa())
                                .map(_ -> "challenge")
                                .orElse("allow")
                        : "deny",
                why.denial()
                        .map(denial -> denial.name().toLowerCase(Locale.ROOT).replace('_', '-')),
                why.rule().map(rule -> rule.grant().id().name()),
                why.rule().map(rule -> rule.resource().id().name()),
                user.name(),
                why.lines());
    }

    private static InetSocketAddress end(String text) {
        try {
            return Ends.parse(text);
        } catch (ControlException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private UserId user(String subject) {
        return Checked.field(
                "subject",
                () -> subject.indexOf('/') < 0
                        ? new UserId(subject)
                        : devices.find(new DeviceId(subject))
                                .map(device -> new UserId(device.owner().name()))
                                .orElseThrow(
                                        () -> new IllegalArgumentException("there is no device '" + subject + "'")));
    }

    private Object flows(Request request) {
        List<FlowRow> rows = new ArrayList<>();
        Optional<String> text = request.query("q").map(part -> part.toLowerCase(Locale.ROOT));
        host.enforcer()
                .ifPresent(enforcer -> enforcer.flows(MAX_FLOWS, flow -> {
                    FlowRow row = row(flow);
                    if (text.isEmpty()
                            || row.toString().toLowerCase(Locale.ROOT).contains(text.get())) {
                        rows.add(row);
                    }
                }));
        return rows;
    }

    private static FlowRow row(FlowView flow) {
        return new FlowRow(
                Long.toString(flow.flowId()),
                flow.device().name(),
                flow.user().name(),
                EventJson.endpoint(
                        flow.tuple().sourceHigh(),
                        flow.tuple().sourceLow(),
                        flow.tuple().sourcePort()),
                EventJson.endpoint(
                        flow.tuple().destinationHigh(),
                        flow.tuple().destinationLow(),
                        flow.tuple().destinationPort()),
                EventJson.protocol(flow.tuple().protocol()),
                flow.fromDevice() ? "device" : "network",
                flow.handedOff() ? "handed-off" : "allowed",
                flow.grant().name(),
                flow.resource().name(),
                Instant.ofEpochMilli(flow.startedEpochMillis()),
                flow.traffic().bytesToTarget(),
                flow.traffic().bytesToDevice(),
                flow.traffic().packetsToTarget(),
                flow.traffic().packetsToDevice());
    }

    private Object status() {
        PolicyPublisher.Status status = publisher.status();
        Optional<Enforcer> enforcer = host.enforcer();
        return new StatusView(
                enforcer.isPresent(),
                host.interfaceName(),
                status.policyVersion(),
                status.appliedAt(),
                status.error(),
                enforcer.map(running -> (long) running.devices().size()).orElse(0L),
                enforcer.map(running -> running.flows(0, _ -> {})).orElse(0L));
    }
}
