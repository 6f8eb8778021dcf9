package dev.sekisho.control.explain;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sekisho.control.enforce.CheckpointHost;
import dev.sekisho.control.enforce.PolicyPublisher;
import dev.sekisho.control.flows.EventJson;
import dev.sekisho.control.socket.Enforcer;
import dev.sekisho.control.socket.FlowFilter;
import dev.sekisho.control.socket.FlowView;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.ShortList;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The routes `/flows` and `/network/status`: what the data plane knows.
public final class ExplainApi {
    private static final int MAX_FLOWS = 10_000;

    /// Digits of a long.
    private static final int MAX_ID_CHARS = 20;

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
                        .query("user", "name of a user")
                        .query("device", "USER/DEVICE")
                        .query("resource", "name of a resource")
                        .query("destination", "an address, or ADDRESS:PORT")
                        .query("verdict", "allowed or handed-off")
                        .pages(FlowRow.class)
                        .by(this::flows),
                Route.get("/network/status", "How the network is")
                        .access(Permission.VIEW_NETWORK)
                        .answers(StatusView.class)
                        .by(_ -> status()));
    }

    /// The newest first.
    private Object flows(Request request) {
        FlowFilter wanted = new FlowFilter(
                request.query("user").map(name -> Checked.field("user", () -> new UserId(name))),
                request.query("device").map(name -> Checked.field("device", () -> new DeviceId(name))));
        List<FlowRow> rows = new ArrayList<>();
        host.enforcer().ifPresent(enforcer -> enforcer.flows(MAX_FLOWS, wanted, flow -> rows.add(row(flow))));
        return ShortList.of(request, rows)
                .text(row ->
                        String.join(" ", row.device(), row.user(), row.source(), row.destination(), row.resource()))
                .exactly("resource", FlowRow::resource)
                .matching("destination", (end, row) -> goesTo(row.destination(), end))
                .oneOf("verdict", List.of("allowed", "handed-off"), FlowRow::verdict)
                .downwards(row -> "0".repeat(MAX_ID_CHARS - row.id().length()) + row.id());
    }

    private static boolean goesTo(String destination, String end) {
        return destination.equals(end) || destination.startsWith(end + ":") || destination.startsWith("[" + end + "]:");
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
