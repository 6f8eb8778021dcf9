package dev.sekisho.control.enforce;

import dev.sekisho.control.flows.EventJson;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.FlowTraffic;
import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.Optional;

/// What became of a flow, as live news (topic `flow`), in the words of the flow log. Immutable.
///
/// @param id names the news: the flow's while the server lives, and what became of it
/// @param event `opened`, `closed` or `denied`
/// @param startedAt when it was opened
/// @param source the side that opened it, address and port
/// @param protocol `tcp`, `udp`, `icmp` or a number
/// @param openedBy `device` or `network`
/// @param verdict `allowed`, `handed-off` or `denied`
/// @param reason why it was closed or denied
/// @param suppressed refusals of the device that had no news of their own
public record FlowNews(
        String id,
        String event,
        Instant at,
        Optional<Instant> startedAt,
        String device,
        Optional<String> user,
        String source,
        String destination,
        String protocol,
        String openedBy,
        String verdict,
        Optional<String> grant,
        Optional<String> resource,
        Optional<String> reason,
        long bytesToTarget,
        long bytesToDevice,
        long packetsToTarget,
        long packetsToDevice,
        long suppressed) {
    private static final FlowTraffic NONE = new FlowTraffic(0, 0, 0, 0);

    /// What all of them have.
    private record Flow(String id, CheckpointEvent event, FlowTuple tuple, boolean fromDevice, String verdict) {}

    /// What some of them have.
    private record Ending(Optional<Instant> startedAt, Optional<String> reason, FlowTraffic traffic, long suppressed) {}

    /// The news in an event; empty when it is about something else.
    static Optional<FlowNews> of(CheckpointEvent event) {
        return switch (event) {
            case CheckpointEvent.FlowOpened opened -> Optional.of(opened(opened));
            case CheckpointEvent.FlowClosed closed -> Optional.of(closed(closed));
            case CheckpointEvent.FlowDenied denied -> Optional.of(denied(denied));
            default -> Optional.empty();
        };
    }

    private static FlowNews opened(CheckpointEvent.FlowOpened opened) {
        Instant at = Instant.ofEpochMilli(opened.epochMillis());
        return news(
                new Flow(
                        opened.flowId() + "-opened",
                        opened,
                        opened.tuple(),
                        opened.fromDevice(),
                        opened.handedOff() ? "handed-off" : "allowed"),
                new Ending(Optional.of(at), Optional.empty(), NONE, 0),
                new Names(Optional.of(opened.user()), Optional.of(opened.grant()), Optional.of(opened.resource())));
    }

    private static FlowNews closed(CheckpointEvent.FlowClosed closed) {
        return news(
                new Flow(
                        closed.flowId() + "-closed",
                        closed,
                        closed.tuple(),
                        closed.fromDevice(),
                        closed.handedOff() ? "handed-off" : "allowed"),
                new Ending(
                        Optional.of(Instant.ofEpochMilli(closed.startedEpochMillis())),
                        Optional.of(EventJson.lower(closed.reason())),
                        closed.traffic(),
                        0),
                new Names(Optional.of(closed.user()), Optional.of(closed.grant()), Optional.of(closed.resource())));
    }

    private static FlowNews denied(CheckpointEvent.FlowDenied denied) {
        return news(
                new Flow(
                        denied.epochMillis() + "-" + denied.device().name() + "-" + denied.tuple(),
                        denied,
                        denied.tuple(),
                        denied.fromDevice(),
                        "denied"),
                new Ending(Optional.empty(), Optional.of(EventJson.lower(denied.reason())), NONE, denied.suppressed()),
                new Names(Optional.ofNullable(denied.user()), Optional.ofNullable(denied.grant()), Optional.empty()));
    }

    /// Who and what it is about.
    private record Names(Optional<UserId> user, Optional<GrantId> grant, Optional<ResourceId> resource) {}

    private static FlowNews news(Flow flow, Ending ending, Names names) {
        FlowTuple tuple = flow.tuple();
        return new FlowNews(
                flow.id(),
                EventJson.name(flow.event()).substring("flow-".length()),
                Instant.ofEpochMilli(flow.event().epochMillis()),
                ending.startedAt(),
                flow.event().device().name(),
                names.user().map(UserId::name),
                EventJson.endpoint(tuple.sourceHigh(), tuple.sourceLow(), tuple.sourcePort()),
                EventJson.endpoint(tuple.destinationHigh(), tuple.destinationLow(), tuple.destinationPort()),
                EventJson.protocol(tuple.protocol()),
                flow.fromDevice() ? "device" : "network",
                flow.verdict(),
                names.grant().map(GrantId::name),
                names.resource().map(ResourceId::name),
                ending.reason(),
                ending.traffic().bytesToTarget(),
                ending.traffic().bytesToDevice(),
                ending.traffic().packetsToTarget(),
                ending.traffic().packetsToDevice(),
                ending.suppressed());
    }
}
