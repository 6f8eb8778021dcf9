package dev.sekisho.control.explain;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sekisho.control.enforce.CheckpointHost;
import dev.sekisho.control.enforce.PolicyPublisher;
import dev.sekisho.control.flows.EventJson;
import dev.sekisho.control.socket.Enforcer;
import dev.sekisho.control.socket.FlowFilter;
import dev.sekisho.control.socket.FlowView;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The routes `/flows` and `/network/status`: what the data plane knows.
public final class ExplainApi {
    private static final int MAX_FLOWS = 1_000;

    private final CheckpointHost host;
    private final PolicyPublisher publisher;

    public ExplainApi(CheckpointHost host, PolicyPublisher publisher) {
        this.host = host;
        this.publisher = publisher;
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

    private Object flows(Request request) {
        List<FlowRow> rows = new ArrayList<>();
        Optional<String> text = request.query("q").map(part -> part.toLowerCase(Locale.ROOT));
        host.enforcer()
                .ifPresent(enforcer -> enforcer.flows(MAX_FLOWS, FlowFilter.ALL, flow -> {
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
                enforcer.map(running -> running.flows(0, FlowFilter.ALL, _ -> {}))
                        .orElse(0L));
    }
}
