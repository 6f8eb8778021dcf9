package dev.sekisho.control.flows.search;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sekisho.control.flows.EventJson;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import java.time.Instant;
import java.util.Optional;

/// A flow that has ended, or an attempt that was refused, as it stands in the flow log. Immutable.
///
/// @param id its place in the log of this node
/// @param event `closed` or `denied`
/// @param at when it ended or was refused
/// @param startedAt when it was opened
/// @param device `USER/NAME`
/// @param source the side that opened it
/// @param protocol `tcp`, `udp`, `icmp`, `icmp6` or a number
/// @param openedBy `device` or `network`
/// @param verdict `allowed`, `handed-off` or `denied`
/// @param reason why it ended or was refused
/// @param suppressed refusals of the device before this one that have no line of their own
public record FlowRecord(
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
    /// What became of a flow at this moment, before it is in the log; empty when the event is about something else.
    /// What is opened has no line that is searched for, and is news all the same; its id names the news.
    public static Optional<FlowRecord> of(CheckpointEvent event) {
        return switch (event) {
            case CheckpointEvent.FlowOpened opened -> {
                JsonObject line = EventJson.of(opened);
                line.add("start", line.get("time"));
                yield Optional.of(of(line, opened.flowId() + "-opened"));
            }
            case CheckpointEvent.FlowClosed closed ->
                Optional.of(of(EventJson.of(closed), closed.flowId() + "-closed"));
            case CheckpointEvent.FlowDenied denied ->
                Optional.of(of(
                        EventJson.of(denied),
                        denied.epochMillis() + "-" + denied.device().name() + "-" + denied.tuple()));
            default -> Optional.empty();
        };
    }

    /// Reads a line.
    ///
    /// @throws RuntimeException when something is missing or is something else
    static FlowRecord of(JsonObject line, String id) {
        return new FlowRecord(
                id,
                text(line, "event").substring("flow-".length()),
                Instant.parse(text(line, "time")),
                maybe(line, "start").map(Instant::parse),
                text(line, "device"),
                maybe(line, "user"),
                text(line, "source"),
                text(line, "destination"),
                text(line, "protocol"),
                text(line, "from"),
                text(line, "verdict"),
                maybe(line, "rule"),
                maybe(line, "resource"),
                maybe(line, "reason"),
                number(line, "bytesToTarget"),
                number(line, "bytesToDevice"),
                number(line, "packetsToTarget"),
                number(line, "packetsToDevice"),
                number(line, "suppressed"));
    }

    private static String text(JsonObject line, String name) {
        return maybe(line, name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    private static Optional<String> maybe(JsonObject line, String name) {
        return Optional.ofNullable(line.get(name)).map(JsonElement::getAsString);
    }

    private static long number(JsonObject line, String name) {
        JsonElement value = line.get(name);
        return value == null ? 0 : value.getAsLong();
    }

    /// Its bytes, both directions together.
    public long bytes() {
        return bytesToTarget + bytesToDevice;
    }
}
