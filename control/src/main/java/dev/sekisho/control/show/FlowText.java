package dev.sekisho.control.show;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;

/// What flows add up to, for eyes. Stateless.
///
/// @param palette colours the headings
public record FlowText(Palette palette) {
    /// A line for a flow that opened, ended or was refused.
    public String line(JsonObject flow) {
        String event = text(flow, "event");
        StringBuilder line = new StringBuilder(text(flow, "at"))
                .append("  ")
                .append(
                        switch (event) {
                            case "opened" -> palette.green(event);
                            case "denied" -> palette.red(event);
                            default -> event;
                        })
                .append("  ")
                .append(text(flow, "device"))
                .append("  ")
                .append(text(flow, "source"))
                .append(" > ")
                .append(text(flow, "destination"))
                .append('/')
                .append(text(flow, "protocol"));
        if (event.equals("closed")) {
            line.append("  ")
                    .append(new Units(new Palette(false))
                            .bytes(flow.get("bytesToTarget").getAsLong()
                                    + flow.get("bytesToDevice").getAsLong()));
        }
        for (String key : List.of("resource", "reason")) {
            if (flow.has(key)) {
                line.append("  ").append(key).append(' ').append(text(flow, key));
            }
        }
        return line.append('\n').toString();
    }

    /// What others have typed must not steer this terminal.
    private static String text(JsonObject json, String key) {
        return json.get(key).getAsString().replaceAll("\\p{Cntrl}", " ");
    }

    /// The table of `flow top`, and below it what it covers.
    public String top(JsonObject answer) {
        Units units = new Units(new Palette(false));
        Table table = new Table(
                palette,
                answer.get("by").getAsString().toUpperCase(Locale.ROOT),
                "TO TARGETS",
                "TO DEVICES",
                "FLOWS",
                "DENIED");
        JsonArray items = answer.getAsJsonArray("items");
        for (JsonElement item : items) {
            JsonObject top = item.getAsJsonObject();
            table.row(
                    text(top, "name"),
                    units.bytes(top.get("bytesToTarget").getAsLong()),
                    units.bytes(top.get("bytesToDevice").getAsLong()),
                    top.get("flows").getAsString(),
                    top.get("denied").getAsString());
        }
        StringBuilder text = new StringBuilder();
        if (items.isEmpty()) {
            text.append("none\n");
        } else {
            table.append(text);
        }
        return text.append(answer.get("from").getAsString())
                .append(" to ")
                .append(answer.get("to").getAsString())
                .append(" on ")
                .append(answer.get("node").getAsString())
                .append('\n')
                .toString();
    }
}
