package dev.sekisho.control.flows;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.FlowTraffic;
import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.dataplane.flow.ScanTarget;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Events as JSON objects, the same in the flow log and on the control socket. Stateless.
///
/// Every object has `event`, `time` (ISO 8601, UTC, milliseconds) and `device`. Flows add `user`, `source`,
/// `destination` (`10.0.1.5:443`, `[fd00::5]:443`), `protocol` (`tcp`, `udp`, `icmp`, `icmp6` or the
/// number), `verdict` and `rule`, closed ones also `start`, `end`, `bytes` and `packets`, which count both
/// directions, and each direction apart: all of product line N17. Gson escapes what could break a line.
public final class EventJson {
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;
    private static final long V4_MAPPED = 0xffff_0000_0000L;

    /// Always milliseconds, so that text sorts as time does.
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT);

    private EventJson() {}

    /// The event as an object.
    public static JsonObject of(CheckpointEvent event) {
        JsonObject json = new JsonObject();
        json.addProperty("event", name(event));
        json.addProperty("time", time(event.epochMillis()));
        json.addProperty("device", event.device().name());
        switch (event) {
            case CheckpointEvent.FlowOpened opened -> opened(json, opened);
            case CheckpointEvent.FlowClosed closed -> closed(json, closed);
            case CheckpointEvent.FlowDenied denied -> denied(json, denied);
            case CheckpointEvent.ChallengeNeeded needed -> needed(json, needed);
            case CheckpointEvent.ChallengeEnded ended -> {
                json.addProperty("id", ChallengeIds.text(ended.id()));
                user(json, ended.user());
                json.addProperty("outcome", lower(ended.outcome()));
            }
            case CheckpointEvent.ChallengesSilenced silenced -> {
                user(json, silenced.user());
                json.addProperty("until", time(silenced.untilEpochMillis()));
            }
            case CheckpointEvent.DeviceLocked locked -> {
                user(json, locked.user());
                json.addProperty("reason", lower(locked.reason()));
                JsonArray targets = new JsonArray();
                locked.targets().forEach(target -> targets.add(target(target)));
                json.add("targets", targets);
            }
            case CheckpointEvent.DeviceUnlocked unlocked -> user(json, unlocked.user());
        }
        return json;
    }

    /// The value of `event`.
    public static String name(CheckpointEvent event) {
        return switch (event) {
            case CheckpointEvent.FlowOpened _ -> "flow-opened";
            case CheckpointEvent.FlowClosed _ -> "flow-closed";
            case CheckpointEvent.FlowDenied _ -> "flow-denied";
            case CheckpointEvent.ChallengeNeeded _ -> "challenge-needed";
            case CheckpointEvent.ChallengeEnded _ -> "challenge-ended";
            case CheckpointEvent.ChallengesSilenced _ -> "challenges-silenced";
            case CheckpointEvent.DeviceLocked _ -> "device-locked";
            case CheckpointEvent.DeviceUnlocked _ -> "device-unlocked";
        };
    }

    private static void opened(JsonObject json, CheckpointEvent.FlowOpened opened) {
        json.addProperty("flow", opened.flowId());
        user(json, opened.user());
        tuple(json, opened.tuple());
        json.addProperty("from", opened.fromDevice() ? "device" : "network");
        json.addProperty("verdict", opened.handedOff() ? "handed-off" : "allowed");
        json.addProperty("rule", opened.grant().name());
        json.addProperty("resource", opened.resource().name());
    }

    private static void closed(JsonObject json, CheckpointEvent.FlowClosed closed) {
        json.addProperty("flow", closed.flowId());
        user(json, closed.user());
        tuple(json, closed.tuple());
        json.addProperty("from", closed.fromDevice() ? "device" : "network");
        json.addProperty("start", time(closed.startedEpochMillis()));
        json.addProperty("end", time(closed.epochMillis()));
        traffic(json, closed.traffic());
        json.addProperty("verdict", closed.handedOff() ? "handed-off" : "allowed");
        json.addProperty("rule", closed.grant().name());
        json.addProperty("resource", closed.resource().name());
        json.addProperty("reason", lower(closed.reason()));
    }

    private static void denied(JsonObject json, CheckpointEvent.FlowDenied denied) {
        user(json, denied.user());
        tuple(json, denied.tuple());
        json.addProperty("from", denied.fromDevice() ? "device" : "network");
        json.addProperty("verdict", "denied");
        if (denied.grant() != null) {
            json.addProperty("rule", denied.grant().name());
        }
        json.addProperty("reason", lower(denied.reason()));
        json.addProperty("sentence", denied.reason().sentence());
        json.addProperty("suppressed", denied.suppressed());
    }

    private static void needed(JsonObject json, CheckpointEvent.ChallengeNeeded needed) {
        json.addProperty("id", ChallengeIds.text(needed.id()));
        user(json, needed.user());
        json.addProperty("destination", endpoint(needed.addressHigh(), needed.addressLow(), needed.port()));
        json.addProperty("protocol", protocol(needed.protocol()));
        json.addProperty("rule", needed.grant().name());
        json.addProperty("resource", needed.resource().name());
        json.addProperty("perPort", needed.perPort());
        json.addProperty("deadline", time(needed.deadlineEpochMillis()));
    }

    /// Adds source, destination and protocol.
    public static void tuple(JsonObject json, FlowTuple tuple) {
        json.addProperty("source", endpoint(tuple.sourceHigh(), tuple.sourceLow(), tuple.sourcePort()));
        json.addProperty(
                "destination", endpoint(tuple.destinationHigh(), tuple.destinationLow(), tuple.destinationPort()));
        json.addProperty("protocol", protocol(tuple.protocol()));
    }

    /// Adds bytes and packets, in all and each way.
    public static void traffic(JsonObject json, FlowTraffic traffic) {
        json.addProperty("bytes", traffic.bytesToTarget() + traffic.bytesToDevice());
        json.addProperty("packets", traffic.packetsToTarget() + traffic.packetsToDevice());
        json.addProperty("bytesToTarget", traffic.bytesToTarget());
        json.addProperty("packetsToTarget", traffic.packetsToTarget());
        json.addProperty("bytesToDevice", traffic.bytesToDevice());
        json.addProperty("packetsToDevice", traffic.packetsToDevice());
    }

    /// `10.0.1.5:443` or `[fd00::5]:443`.
    public static String endpoint(long high, long low, int port) {
        boolean v4 = high == 0 && (low & 0xffff_ffff_0000_0000L) == V4_MAPPED;
        String block = new Cidr(high, low, v4 ? 32 : 128, v4).toString();
        String address = block.substring(0, block.indexOf('/'));
        return (v4 ? address : "[" + address + "]") + ":" + port;
    }

    /// `tcp`, `udp`, `icmp`, `icmp6` or the number.
    public static String protocol(int number) {
        return switch (number) {
            case TCP -> "tcp";
            case UDP -> "udp";
            case ICMP -> "icmp";
            case ICMPV6 -> "icmp6";
            default -> Integer.toString(number);
        };
    }

    /// A moment as ISO 8601 in UTC.
    public static String time(long epochMillis) {
        return TIME.format(Instant.ofEpochMilli(epochMillis).atOffset(ZoneOffset.UTC));
    }

    private static JsonObject target(ScanTarget target) {
        JsonObject json = new JsonObject();
        json.addProperty("destination", target.toString());
        json.addProperty("time", time(target.epochMillis()));
        return json;
    }

    private static void user(JsonObject json, @Nullable UserId user) {
        if (user != null) {
            json.addProperty("user", user.name());
        }
    }

    /// `MFA_ENDED` as `mfa-ended`.
    public static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
