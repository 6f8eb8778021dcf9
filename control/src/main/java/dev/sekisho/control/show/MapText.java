package dev.sekisho.control.show;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who reaches what, as the API draws it, as trees for eyes: one from where the map starts to what is reached, one to
/// who reaches it. Stateless.
///
/// @param palette colours where the map starts, and what is forbidden
public record MapText(Palette palette) {
    private static final String STEP = "  ";

    /// The whole map.
    public String all(JsonObject answer) {
        Drawing drawing = new Drawing(answer);
        String focus = plain(answer, "focus");
        StringBuilder text = new StringBuilder(palette.bold(drawing.label(focus))).append('\n');
        boolean onward = drawing.branch(text, "reaches", focus, drawing.onward, true);
        boolean back = drawing.branch(text, "is reached by", focus, drawing.back, false);
        if (!onward && !back) {
            text.append("nobody is granted anything here\n");
        }
        if (!answer.get("complete").getAsBoolean()) {
            text.append("not all is shown: --room for more of a kind, --depth for deeper roles\n");
        }
        return text.toString();
    }

    /// What others have typed must not steer this terminal.
    private static String plain(JsonObject json, String key) {
        return json.get(key).getAsString().replaceAll("\\p{Cntrl}", " ");
    }

    /// One map, by its lines.
    private final class Drawing {
        private final Map<String, JsonObject> nodes = new HashMap<>();
        private final Map<String, List<JsonObject>> onward = new LinkedHashMap<>();
        private final Map<String, List<JsonObject>> back = new LinkedHashMap<>();

        Drawing(JsonObject answer) {
            for (JsonElement node : answer.getAsJsonArray("nodes")) {
                nodes.put(plain(node.getAsJsonObject(), "id"), node.getAsJsonObject());
            }
            for (JsonElement one : answer.getAsJsonArray("edges")) {
                JsonObject edge = one.getAsJsonObject();
                onward.computeIfAbsent(plain(edge, "from"), _ -> new ArrayList<>())
                        .add(edge);
                back.computeIfAbsent(plain(edge, "to"), _ -> new ArrayList<>()).add(edge);
            }
        }

        String label(String id) {
            JsonObject node = nodes.getOrDefault(id, new JsonObject());
            long more = node.get("more").getAsLong();
            String kind = plain(node, "kind");
            if (more > 0) {
                return more + " more " + kind + (more == 1 ? "" : "s");
            }
            String detail = plain(node, "detail");
            return kind + " " + plain(node, "label") + (detail.isEmpty() ? "" : STEP + detail);
        }

        /// Adds what is on one side of the start.
        ///
        /// @return whether there is anything
        boolean branch(
                StringBuilder text, String title, String focus, Map<String, List<JsonObject>> edges, boolean right) {
            if (!edges.containsKey(focus)) {
                return false;
            }
            text.append(title).append('\n');
            Set<String> told = new HashSet<>(Set.of(focus));
            for (JsonObject edge : edges.getOrDefault(focus, List.of())) {
                line(text, edge, edges, right, 1, told);
            }
            return true;
        }

        /// A thing with what comes behind it, the latter at its first place only.
        private void line(
                StringBuilder text,
                JsonObject edge,
                Map<String, List<JsonObject>> edges,
                boolean right,
                int level,
                Set<String> told) {
            String id = plain(edge, right ? "to" : "from");
            text.append(STEP.repeat(level)).append(label(id)).append(grant(edge));
            List<JsonObject> further = edges.getOrDefault(id, List.of());
            boolean first = told.add(id);
            text.append(first || further.isEmpty() ? "\n" : STEP + "(see above)\n");
            if (first) {
                further.forEach(next -> line(text, next, edges, right, level + 1, told));
            }
        }

        private String grant(JsonObject edge) {
            if (!edge.has("grant")) {
                return "";
            }
            String rule = edge.get("deny").getAsBoolean()
                    ? palette.red("denied")
                    : edge.get("mfa").getAsBoolean() ? "with second factor" : "without second factor";
            return STEP + rule + (edge.get("now").getAsBoolean() ? "" : ", not now");
        }
    }
}
