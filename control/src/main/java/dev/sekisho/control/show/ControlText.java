package dev.sekisho.control.show;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/// Answers of the control socket as text for people.
///
/// @param palette colours
public record ControlText(Palette palette) {
    private static final int TIME_START = 11;
    private static final int TIME_END = 19;

    /// Targets of a lock that are told; the JSON form has all that are kept.
    private static final int SHOWN_TARGETS = 4;

    /// The answer of `status`: a line for each thing that is known.
    public static String status(JsonObject answer) {
        StringBuilder lines = new StringBuilder();
        lines.append("interface  ").append(text(answer, "interface"));
        lines.append(answer.has("enabled") && !answer.get("enabled").getAsBoolean() ? " (switched off)\n" : "\n");
        lines.append("policy     version ").append(text(answer, "version"));
        lines.append(answer.has("file") ? " of " + text(answer, "file") : "").append('\n');
        lines.append("state      ").append(text(answer, "state")).append('\n');
        lines.append("locked     ").append(text(answer, "locked")).append(" devices\n");
        lines.append("flow log   ").append(text(answer, "lostEvents")).append(" events lost\n");
        if (answer.has("flowLogProblem")) {
            lines.append("\nThe flow log can't be written, so no new flow passes: ");
            lines.append(text(answer, "flowLogProblem")).append('\n');
        }
        if (answer.has("lastError")) {
            lines.append("\nThe file as it is now is not in force:\n");
            lines.append(text(answer, "lastError")).append('\n');
        }
        return lines.toString();
    }

    /// The answer of `status` by a server whose network is off.
    public static String server(JsonObject answer) {
        return "server     " + text(answer, "url") + "\nnetwork    off\nstate      " + text(answer, "state") + "\n";
    }

    /// The servers that share a database.
    public String nodes(JsonArray nodes) {
        Table table = new Table(palette, "NODE", "VERSION", "STARTED", "LAST SIGN OF LIFE", "POLICY", "STATE");
        for (JsonElement element : nodes) {
            JsonObject node = element.getAsJsonObject();
            table.row(
                    text(node, "name"),
                    text(node, "version"),
                    text(node, "startedAt"),
                    text(node, "seenAt"),
                    text(node, "policyVersion"),
                    new NodeText(node).state());
        }
        if (nodes.isEmpty()) {
            return "";
        }
        StringBuilder all = new StringBuilder("\n");
        table.append(all);
        return all.toString();
    }

    /// The table of `devices`.
    public String devices(JsonArray devices) {
        Table table = new Table(
                palette,
                "DEVICE",
                "USER",
                "ADDRESSES",
                "STATE",
                "FLOWS",
                "RECEIVED",
                "SENT",
                "RECEIVES",
                "SENDS",
                "HANDSHAKE",
                "ENDPOINT");
        Units plain = new Units(new Palette(false));
        for (JsonElement element : devices) {
            JsonObject device = element.getAsJsonObject();
            table.row(
                    text(device, "device"),
                    text(device, "user"),
                    joined(device, "addresses"),
                    state(device),
                    text(device, "flows"),
                    plain.bytes(device.get("receivedBytes").getAsLong()),
                    plain.bytes(device.get("sentBytes").getAsLong()),
                    plain.bytes(device.get("receivedBytesPerSecond").getAsLong()) + "/s",
                    plain.bytes(device.get("sentBytesPerSecond").getAsLong()) + "/s",
                    device.has("handshake") ? text(device, "handshake") : "never",
                    text(device, "endpoint"));
        }
        if (devices.isEmpty()) {
            return "no devices\n";
        }
        StringBuilder all = new StringBuilder(text(table));
        devices.forEach(device -> evidence(all, device.getAsJsonObject()));
        return all.toString();
    }

    /// What a locked device did: since when, why, and the first of the targets that told on it.
    private static void evidence(StringBuilder all, JsonObject device) {
        if (!device.has("lock")) {
            return;
        }
        JsonObject lock = device.getAsJsonObject("lock");
        all.append(text(device, "device")).append(" is locked since ").append(text(lock, "since"));
        if (!text(lock, "note").isEmpty()) {
            all.append(": ").append(text(lock, "note"));
        }
        all.append('\n');
        JsonArray targets = lock.getAsJsonArray("targets");
        int shown = Math.min(targets.size(), SHOWN_TARGETS);
        for (int i = 0; i < shown; i++) {
            all.append(i == 0 ? "  tried " : ", ").append(targets.get(i).getAsString());
        }
        if (targets.size() > shown) {
            all.append(" and ").append(targets.size() - shown).append(" more");
        }
        all.append(shown > 0 ? "\n" : "");
    }

    /// The answer of `approve` in one line.
    public static String approved(JsonObject challenge) {
        return "approved: " + text(challenge, "user") + " to " + text(challenge, "resource") + "\n";
    }

    /// The answer of `unlock` in one line.
    public static String unlocked(JsonObject answer) {
        return text(answer, "device")
                + (answer.get("wasLocked").getAsBoolean() ? " is unlocked\n" : " was not locked\n");
    }

    /// The answer of `explain`, a line for each reason.
    public static String explanation(JsonObject answer) {
        StringBuilder lines = new StringBuilder();
        answer.getAsJsonArray("lines")
                .forEach(line -> lines.append(line.getAsString()).append('\n'));
        return lines.toString();
    }

    private static String state(JsonObject device) {
        if (!device.get("locked").getAsBoolean()) {
            return "open";
        }
        return device.has("lock") ? "locked (" + text(device.getAsJsonObject("lock"), "reason") + ")" : "locked";
    }

    /// The table of `challenges`.
    public String challenges(JsonArray challenges) {
        Table table = new Table(palette, "ID", "USER", "DEVICE", "RESOURCE", "DESTINATION", "OPENS", "UNTIL");
        for (JsonElement element : challenges) {
            JsonObject challenge = element.getAsJsonObject();
            table.row(
                    text(challenge, "id"),
                    text(challenge, "user"),
                    text(challenge, "device"),
                    text(challenge, "resource"),
                    destination(challenge),
                    challenge.get("perPort").getAsBoolean() ? "this port" : "the address",
                    time(challenge, "deadline"));
        }
        return challenges.isEmpty() ? "no open challenges\n" : text(table);
    }

    /// The table of `flows`.
    public String flows(JsonArray flows, long count) {
        Table table =
                new Table(palette, "SINCE", "USER", "DEVICE", "SOURCE", "DESTINATION", "BYTES", "VERDICT", "RULE");
        Units plain = new Units(new Palette(false));
        for (JsonElement element : flows) {
            JsonObject flow = element.getAsJsonObject();
            table.row(
                    time(flow, "start"),
                    text(flow, "user"),
                    text(flow, "device"),
                    text(flow, "source"),
                    destination(flow),
                    plain.bytes(flow.get("bytes").getAsLong()),
                    text(flow, "verdict"),
                    text(flow, "rule"));
        }
        String rest = count > flows.size() ? "and " + (count - flows.size()) + " more\n" : "";
        return count == 0 ? "no flows\n" : text(table) + rest;
    }

    /// One line for an event.
    public String event(JsonObject event) {
        StringBuilder line = new StringBuilder(time(event, "time"));
        line.append("  ").append(coloured(text(event, "event"))).append("  ").append(text(event, "device"));
        if (event.has("user")) {
            line.append(" (").append(text(event, "user")).append(')');
        }
        if (event.has("source")) {
            line.append("  ").append(text(event, "source")).append(" >");
        }
        if (event.has("destination")) {
            line.append(event.has("source") ? " " : "  ").append(destination(event));
        }
        for (String key : List.of("rule", "reason", "outcome", "id", "until", "deadline")) {
            if (event.has(key)) {
                line.append("  ").append(key).append(' ').append(text(event, key));
            }
        }
        if (event.has("bytes")) {
            line.append("  ")
                    .append(new Units(new Palette(false))
                            .bytes(event.get("bytes").getAsLong()));
        }
        return line.append('\n').toString();
    }

    private String coloured(String event) {
        return switch (event) {
            case "flow-opened", "device-unlocked" -> palette.green(event);
            case "flow-denied", "device-locked", "challenges-silenced" -> palette.red(event);
            case "challenge-needed", "challenge-ended" -> palette.yellow(event);
            default -> event;
        };
    }

    private static String destination(JsonObject json) {
        return text(json, "destination") + "/" + text(json, "protocol");
    }

    /// The time of day of an ISO 8601 moment, UTC as everything here.
    private static String time(JsonObject json, String key) {
        String text = text(json, key);
        return text.length() > TIME_END ? text.substring(TIME_START, TIME_END) : text;
    }

    private static String joined(JsonObject json, String key) {
        List<String> parts = new ArrayList<>();
        json.getAsJsonArray(key).forEach(part -> parts.add(part.getAsString()));
        return String.join(", ", parts);
    }

    private static String text(JsonObject json, String key) {
        return json.has(key) ? json.get(key).getAsString() : "";
    }

    private static String text(Table table) {
        StringBuilder text = new StringBuilder();
        table.append(text);
        return text.toString();
    }
}
