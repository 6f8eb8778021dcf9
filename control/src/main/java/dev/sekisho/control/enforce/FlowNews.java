package dev.sekisho.control.enforce;

import dev.sekisho.control.flows.EventJson;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.Optional;

/// What became of a flow, as live news (topic `flow`). Immutable.
///
/// @param event `opened`, `closed` or `denied`
/// @param source the side that opened it, address and port
/// @param protocol `tcp`, `udp`, `icmp` or a number
/// @param reason why it was closed or denied
/// @param suppressed refusals of the device that had no news of their own
public record FlowNews(
        String event,
        Instant at,
        String device,
        Optional<String> user,
        String source,
        String destination,
        String protocol,
        Optional<String> resource,
        Optional<String> grant,
        Optional<String> reason,
        long suppressed) {
    /// The news in an event; empty when it is about something else.
    static Optional<FlowNews> of(CheckpointEvent event) {
        return switch (event) {
            case CheckpointEvent.FlowOpened opened ->
                Optional.of(flow("opened", opened, opened.user(), opened.tuple(), opened.resource(), opened.grant()));
            case CheckpointEvent.FlowClosed closed ->
                Optional.of(flow("closed", closed, closed.user(), closed.tuple(), closed.resource(), closed.grant())
                        .because(closed.reason().name()));
            case CheckpointEvent.FlowDenied denied ->
                Optional.of(new FlowNews(
                        "denied",
                        Instant.ofEpochMilli(denied.epochMillis()),
                        denied.device().name(),
                        Optional.ofNullable(denied.user()).map(UserId::name),
                        source(denied.tuple()),
                        destination(denied.tuple()),
                        EventJson.protocol(denied.tuple().protocol()),
                        Optional.empty(),
                        Optional.ofNullable(denied.grant()).map(GrantId::name),
                        Optional.of(denied.reason().toString()),
                        denied.suppressed()));
            default -> Optional.empty();
        };
    }

    private static FlowNews flow(
            String event, CheckpointEvent about, UserId user, FlowTuple tuple, ResourceId resource, GrantId grant) {
        return new FlowNews(
                event,
                Instant.ofEpochMilli(about.epochMillis()),
                about.device().name(),
                Optional.of(user.name()),
                source(tuple),
                destination(tuple),
                EventJson.protocol(tuple.protocol()),
                Optional.of(resource.name()),
                Optional.of(grant.name()),
                Optional.empty(),
                0);
    }

    private static String source(FlowTuple tuple) {
        return EventJson.endpoint(tuple.sourceHigh(), tuple.sourceLow(), tuple.sourcePort());
    }

    private static String destination(FlowTuple tuple) {
        return EventJson.endpoint(tuple.destinationHigh(), tuple.destinationLow(), tuple.destinationPort());
    }

    private FlowNews because(String why) {
        return new FlowNews(
                event, at, device, user, source, destination, protocol, resource, grant, Optional.of(why), suppressed);
    }
}
