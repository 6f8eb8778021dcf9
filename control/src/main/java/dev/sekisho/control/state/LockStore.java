package dev.sekisho.control.state;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.policy.DeviceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The locked devices in a file, on disk before anybody is told. Thread-safe.
///
/// `locks.json` is written whole beside itself, forced to the disk and renamed over the old one, so that a
/// crash leaves either. A file that can't be read is no empty list: [#open] refuses, since to go on would
/// unlock everybody.
public final class LockStore implements Locks {
    private static final Gson GSON = new GsonBuilder()
            .setStrictness(Strictness.STRICT)
            .setPrettyPrinting()
            .create();
    private static final int FORMAT = 1;

    private final Path file;
    private final Map<DeviceId, Lock> locks;

    private LockStore(Path file, Map<DeviceId, Lock> locks) {
        this.file = file;
        this.locks = locks;
    }

    /// Reads the locks in a state directory; none when there is no file yet.
    ///
    /// @throws StateException when the file is damaged or can't be read
    public static LockStore open(Path stateDirectory) {
        Path file = stateDirectory.resolve("locks.json");
        try {
            return new LockStore(file, read(Files.readString(file, StandardCharsets.UTF_8)));
        } catch (NoSuchFileException e) {
            return new LockStore(file, new LinkedHashMap<>());
        } catch (IOException
                | JsonParseException
                | IllegalArgumentException
                | IllegalStateException
                | UnsupportedOperationException
                | NullPointerException e) {
            throw new StateException(
                    file + " is damaged, so nobody knows which devices are locked: restore it, or remove it to"
                            + " start with none locked",
                    e);
        }
    }

    private static Map<DeviceId, Lock> read(String text) {
        JsonObject root = GSON.fromJson(text, JsonObject.class);
        if (root.get("format").getAsInt() != FORMAT) {
            throw new IllegalArgumentException("another format");
        }
        Map<DeviceId, Lock> locks = new LinkedHashMap<>();
        for (JsonElement element : root.getAsJsonArray("locks")) {
            JsonObject lock = element.getAsJsonObject();
            List<Attempt> attempts = new ArrayList<>();
            lock.getAsJsonArray("targets").forEach(target -> attempts.add(Attempt.parse(target.getAsString())));
            DeviceId device = new DeviceId(lock.get("device").getAsString());
            locks.put(
                    device,
                    new Lock(
                            device,
                            LockReason.valueOf(lock.get("reason").getAsString()),
                            lock.get("since").getAsLong(),
                            lock.get("note").getAsString(),
                            attempts));
        }
        return locks;
    }

    @Override
    public synchronized Set<DeviceId> devices() {
        return Set.copyOf(locks.keySet());
    }

    /// Why each locked device is locked.
    public synchronized Map<DeviceId, LockReason> reasons() {
        return locks.values().stream().collect(Collectors.toMap(Lock::device, Lock::reason));
    }

    @Override
    public synchronized Optional<Lock> find(DeviceId device) {
        return Optional.ofNullable(locks.get(device));
    }

    @Override
    public synchronized void add(Lock lock) {
        if (locks.containsKey(lock.device())) {
            return;
        }
        locks.put(lock.device(), lock);
        writeOr(() -> locks.remove(lock.device()));
    }

    @Override
    public synchronized boolean remove(DeviceId device) {
        Lock removed = locks.remove(device);
        if (removed == null) {
            return false;
        }
        writeOr(() -> locks.put(device, removed));
        return true;
    }

    private void writeOr(Runnable undo) {
        try {
            write();
        } catch (IOException e) {
            undo.run();
            throw new StateException(file + " can't be written: " + e.getMessage(), e);
        }
    }

    private void write() throws IOException {
        JsonArray array = new JsonArray();
        for (Lock lock : locks.values()) {
            JsonObject json = new JsonObject();
            json.addProperty("device", lock.device().name());
            json.addProperty("reason", lock.reason().name());
            json.addProperty("since", lock.sinceEpochMillis());
            json.addProperty("note", lock.note());
            JsonArray targets = new JsonArray();
            lock.attempts().forEach(attempt -> targets.add(attempt.line()));
            json.add("targets", targets);
            array.add(json);
        }
        JsonObject root = new JsonObject();
        root.addProperty("format", FORMAT);
        root.add("locks", array);
        new StateFile(file).replace((GSON.toJson(root) + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
