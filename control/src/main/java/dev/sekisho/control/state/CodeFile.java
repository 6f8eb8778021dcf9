package dev.sekisho.control.state;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import dev.sekisho.control.totp.CodeLedger;
import dev.sekisho.policy.UserId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Used codes and lock-outs in `codes.json` of the state directory (product lines A10, A12). It holds steps
/// of time, no codes and no secrets. Thread-safe: a write replaces the file as a whole.
public final class CodeFile implements CodeLedger {
    private static final Gson GSON = new GsonBuilder()
            .setStrictness(Strictness.STRICT)
            .setPrettyPrinting()
            .create();
    private static final int FORMAT = 1;

    private final Path file;

    /// @param stateDirectory where the file is, or will be
    public CodeFile(Path stateDirectory) {
        this.file = stateDirectory.resolve("codes.json");
    }

    /// @throws StateException when the file is damaged or can't be read
    @Override
    public Map<UserId, Entry> read() {
        try {
            return read(Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (IOException
                | JsonParseException
                | IllegalArgumentException
                | IllegalStateException
                | UnsupportedOperationException
                | NullPointerException e) {
            throw new StateException(
                    file + " is damaged, so nobody knows which codes are used up and who is locked out: restore it, or"
                            + " wait two minutes and remove it",
                    e);
        }
    }

    private static Map<UserId, Entry> read(String text) {
        JsonObject root = GSON.fromJson(text, JsonObject.class);
        if (root.get("format").getAsInt() != FORMAT) {
            throw new IllegalArgumentException("another format");
        }
        Map<UserId, Entry> entries = new LinkedHashMap<>();
        for (JsonElement element : root.getAsJsonArray("users")) {
            JsonObject user = element.getAsJsonObject();
            entries.put(
                    new UserId(user.get("user").getAsString()),
                    new Entry(
                            user.get("lastStep").getAsLong(),
                            user.get("failures").getAsInt(),
                            user.get("lockedUntil").getAsLong()));
        }
        return entries;
    }

    /// @throws StateException when it can't be written
    @Override
    public void write(Map<UserId, Entry> entries) {
        JsonArray users = new JsonArray();
        entries.forEach((user, entry) -> {
            JsonObject json = new JsonObject();
            json.addProperty("user", user.name());
            json.addProperty("lastStep", entry.lastStep());
            json.addProperty("failures", entry.failures());
            json.addProperty("lockedUntil", entry.lockedUntilEpochSecond());
            users.add(json);
        });
        JsonObject root = new JsonObject();
        root.addProperty("format", FORMAT);
        root.add("users", users);
        try {
            new StateFile(file).replace((GSON.toJson(root) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new StateException(file + " can't be written, so no code counts: " + e.getMessage(), e);
        }
    }
}
