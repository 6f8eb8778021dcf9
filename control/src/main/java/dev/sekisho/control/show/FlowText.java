package dev.sekisho.control.show;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Locale;

/// What flows add up to, for eyes. Stateless.
///
/// @param palette colours the headings
public record FlowText(Palette palette) {
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
                    // What others have typed must not steer this terminal.
                    top.get("name").getAsString().replaceAll("\\p{Cntrl}", " "),
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
