package dev.sekisho.control.show;

import com.google.gson.JsonObject;
import java.util.Optional;

/// A server of those that share a database, as text for people.
///
/// @param node as the server's socket tells it
public record NodeText(JsonObject node) {
    /// How it is, in a few words.
    String state() {
        String state = text("state");
        String shown =
                state.equals("failing") ? "failing since " + text("failingSince") + ": " + text("lastError") : state;
        return node.get("answering").getAsBoolean() ? shown + " (this one)" : shown;
    }

    /// What is wrong with it, in a sentence.
    public Optional<String> concern() {
        return switch (text("state")) {
            case "failing" ->
                Optional.of(text("name") + " has not put the newest changes in force since " + text("failingSince")
                        + ": " + text("lastError"));
            case "silent" ->
                Optional.of(text("name") + " gives no sign of life since " + text("seenAt")
                        + ", and did not end in good order");
            default -> Optional.empty();
        };
    }

    private String text(String key) {
        return node.has(key) ? node.get(key).getAsString() : "";
    }
}
