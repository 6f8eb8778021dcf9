package dev.sekisho.control.show;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/// Why somebody may reach something or not, as the API tells it, for eyes. Stateless.
///
/// @param palette colours what stops a packet whatever is granted
public record ExplainText(Palette palette) {
    /// The whole chain, and what else decides.
    public String all(JsonObject answer) {
        StringBuilder text = new StringBuilder();
        if (answer.get("device") instanceof JsonObject device
                && !device.get("passes").getAsBoolean()) {
            device(text, device);
        }
        for (JsonElement line : array(answer, "lines")) {
            text.append(plain(line)).append('\n');
        }
        if (answer.get("factor") instanceof JsonObject factor) {
            factor(text, factor);
        }
        if (answer.get("handedOff").getAsBoolean()) {
            text.append("the flow goes to a proxy\n");
        }
        if (answer.has("until")) {
            text.append("until ").append(plain(answer.get("until"))).append(", then it may be another answer\n");
        }
        for (JsonElement note : array(answer, "notes")) {
            text.append("note: ").append(plain(note)).append('\n');
        }
        return text.toString();
    }

    private void device(StringBuilder text, JsonObject device) {
        String state = plain(device.get("state"));
        text.append(palette.red(state))
                .append(": device ")
                .append(plain(device.get("name")))
                .append(" passes nothing");
        if (device.has("lockedBecause")) {
            text.append(" (").append(plain(device.get("lockedBecause"))).append(')');
        }
        text.append("; without that:\n");
    }

    private static void factor(StringBuilder text, JsonObject factor) {
        text.append("second factor: ")
                .append(
                        switch (plain(factor.get("state"))) {
                            case "given" -> "given, a flow under it lives";
                            case "waiting" -> "somebody is asked";
                            default -> "asked at the next packet, unless an approval of before still lasts";
                        })
                .append(
                        plain(factor.get("scope")).equals("port")
                                ? "; it opens this port alone"
                                : "; it opens all ports of the resource at the address");
        if (factor.has("until")) {
            text.append("; the question ends ").append(plain(factor.get("until")));
        }
        text.append('\n');
    }

    private static JsonArray array(JsonObject json, String key) {
        return json.get(key) instanceof JsonArray array ? array : new JsonArray();
    }

    /// What others have typed must not steer this terminal.
    private static String plain(JsonElement value) {
        return value.getAsString().replaceAll("\\p{Cntrl}", " ");
    }
}
