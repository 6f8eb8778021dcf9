package dev.sekisho.control.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// A change of one item of a list that the API takes as a whole. The other items go back as they were read.
///
/// @param noun whose first key names an item
/// @param verb says what happens to it
/// @param body the fields that were typed
record ItemChange(Noun noun, Verb verb, VerbBody body) {
    private static final String ITEMS = "items";

    /// The list to send.
    ///
    /// @param before the list as it is
    /// @param which the item, by its key
    /// @throws CommandFailure when it is there and should not be, or the other way round
    JsonObject of(JsonObject before, String which) throws IOException {
        JsonArray items = before.getAsJsonArray(ITEMS).deepCopy();
        OptionalInt found = find(items, which);
        switch (verb.kind()) {
            case ITEM_ADD -> {
                if (found.isPresent()) {
                    throw new CommandFailure(
                            "'" + which + "' is there already: sekisho " + noun.name() + " change changes it");
                }
                items.add(changed(made(which)));
            }
            case ITEM_CHANGE -> items.set(required(found, which), changed(item(items, required(found, which))));
            case ITEM_SET, ITEM_TRY -> {
                if (found.isPresent()) {
                    items.set(found.getAsInt(), changed(item(items, found.getAsInt())));
                } else {
                    items.add(changed(made(which)));
                }
            }
            case ITEM_REMOVE -> items.remove(required(found, which));
            default -> throw new IllegalStateException(verb.kind() + " is not for items");
        }
        JsonObject all = new JsonObject();
        all.add(ITEMS, items);
        return all;
    }

    private String key() {
        return noun.keys().getFirst();
    }

    private OptionalInt find(JsonArray items, String which) {
        return IntStream.range(0, items.size())
                .filter(i -> item(items, i).get(key()).getAsString().equalsIgnoreCase(which))
                .findFirst();
    }

    private static JsonObject item(JsonArray items, int index) {
        return items.get(index).getAsJsonObject();
    }

    private int required(OptionalInt found, String which) {
        return found.orElseThrow(() -> new CommandFailure(
                "there is no " + noun.name() + " '" + which + "': sekisho " + noun.name() + " list shows them"));
    }

    private JsonObject made(String which) {
        JsonObject item = new JsonObject();
        item.addProperty(key(), which);
        return item;
    }

    private JsonObject changed(JsonObject item) throws IOException {
        JsonObject changed = item.deepCopy();
        body.over(item).asMap().forEach(changed::add);
        return changed;
    }
}
