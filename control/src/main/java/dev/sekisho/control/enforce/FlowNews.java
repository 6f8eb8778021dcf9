package dev.sekisho.control.enforce;

import dev.sekisho.control.flows.EventJson;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.FlowTraffic;
import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.Optional;

/// What became of a flow, as live news (topic `flow`): a row as `GET /flows` has it, so that a page puts it
/// among those. Immutable.
///
/// @param id as in the list of flows; a refusal has one of its own
/// @param user empty when the policy doesn't know whose device it is
/// @param source the side that opened it, address and port
/// @param protocol `tcp`, `udp`, `icmp` or a number
/// @param openedBy `device` or `network`
/// @param verdict `allowed`, `handed-off`, `ended` or `denied`
/// @param grant empty when none matched
/// @param resource empty for a refusal
/// @param startedAt when it was opened or refused
/// @param reason why it has ended or was refused
/// @param suppressed refusals of the device that had no news of their own
public record FlowNews(
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
        long packetsToDevice,
        Optional<String> reason,
        long suppressed) {
    private static final FlowTraffic NOTHING = new FlowTraffic(0, 0, 0, 0);

    /// The news in an event; empty when it is about something else.
    static Optional<FlowNews> of(CheckpointEvent event) {
        return switch (event) {
            case CheckpointEvent.FlowOpened opened -> Optional.of(of(opened));
            case CheckpointEvent.FlowClosed closed -> Optional.of(of(closed));
            case CheckpointEvent.FlowDenied denied -> Optional.of(of(denied));
            default -> Optional.empty();
        };
    }

    private static FlowNews of(CheckpointEvent.FlowOpened opened) {
        return of(
                new Outcome(opened.handedOff() ? "handed-off" : "allowed", opened.epochMillis(), NOTHING),
                new Ends(Long.toString(opened.flowId()), opened.device().name(), opened.tuple(), opened.fromDevice()),
                new Reasons(
                        opened.user().name(),
                        opened.grant().name(),
                        opened.resource().name(),
                        Optional.empty(),
                        0));
    }

    private static FlowNews of(CheckpointEvent.FlowClosed closed) {
        return of(
                new Outcome("ended", closed.startedEpochMillis(), closed.traffic()),
                new Ends(Long.toString(closed.flowId()), closed.device().name(), closed.tuple(), closed.fromDevice()),
                new Reasons(
                        closed.user().name(),
                        closed.grant().name(),
                        closed.resource().name(),
                        Optional.of(closed.reason().name()),
                        0));
    }

    private static FlowNews of(CheckpointEvent.FlowDenied denied) {
        FlowTuple tuple = denied.tuple();
        String id = String.join(
                " ",
                "denied",
                Long.toString(denied.epochMillis()),
                source(tuple),
                destination(tuple),
                EventJson.protocol(tuple.protocol()));
        return of(
                new Outcome("denied", denied.epochMillis(), NOTHING),
                new Ends(id, denied.device().name(), tuple, denied.fromDevice()),
                new Reasons(
                        Optional.ofNullable(denied.user()).map(UserId::name).orElse(""),
                        Optional.ofNullable(denied.grant()).map(GrantId::name).orElse(""),
                        "",
                        Optional.of(denied.reason().toString()),
                        denied.suppressed()));
    }

    private record Outcome(String verdict, long startedEpochMillis, FlowTraffic traffic) {}

    private record Ends(String id, String device, FlowTuple tuple, boolean fromDevice) {}

    private record Reasons(String user, String grant, String resource, Optional<String> reason, long suppressed) {}

    private static FlowNews of(Outcome outcome, Ends ends, Reasons reasons) {
        return new FlowNews(
                ends.id(),
                ends.device(),
                reasons.user(),
                source(ends.tuple()),
                destination(ends.tuple()),
                EventJson.protocol(ends.tuple().protocol()),
                ends.fromDevice() ? "device" : "network",
                outcome.verdict(),
                reasons.grant(),
                reasons.resource(),
                Instant.ofEpochMilli(outcome.startedEpochMillis()),
                outcome.traffic().bytesToTarget(),
                outcome.traffic().bytesToDevice(),
                outcome.traffic().packetsToTarget(),
                outcome.traffic().packetsToDevice(),
                reasons.reason(),
                reasons.suppressed());
    }

    private static String source(FlowTuple tuple) {
        return EventJson.endpoint(tuple.sourceHigh(), tuple.sourceLow(), tuple.sourcePort());
    }

    private static String destination(FlowTuple tuple) {
        return EventJson.endpoint(tuple.destinationHigh(), tuple.destinationLow(), tuple.destinationPort());
    }
}
