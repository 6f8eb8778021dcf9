package dev.sekisho.control.enforce;

import dev.sekisho.control.device.Device;
import dev.sekisho.control.policy.DeviceSection;
import dev.sekisho.control.settings.KeySafe;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Devices as the data plane wants them. Keeps preshared keys open, so that a device that has not changed stays equal.
/// One whose preshared key can't be opened is left out, for it must not keep all others from what is decided about
/// them. One owner thread.
final class DeviceSections implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DeviceSections.class.getName());

    private static final int TRIED_AGAIN = 20;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Opened(byte[] sealed, SecretKey key) {}

    private final KeySafe safe;
    private final Map<String, Opened> keys = new HashMap<>();

    /// Those that were left out the last time, by identity.
    private Map<String, DeviceId> leftOut = Map.of();

    DeviceSections(KeySafe safe) {
        this.safe = safe;
    }

    /// Those that may connect. A locked one may: it passes nothing, and its user sees why.
    ///
    /// @throws StoreException when the database has to be asked for a key and does not answer
    List<DeviceSection> of(List<Device> devices, Instant now) {
        List<DeviceSection> sections = new ArrayList<>(devices.size());
        Set<String> seen = new HashSet<>();
        Map<String, DeviceId> shut = new LinkedHashMap<>();
        for (Device device : devices) {
            if (device.mayConnect(now)) {
                try {
                    sections.add(section(device));
                    seen.add(device.id());
                } catch (StoreException e) {
                    throw e;
                } catch (RuntimeException e) {
                    shut.put(device.id(), device.deviceId());
                    tell(device, e);
                }
            }
        }
        leftOut = shut;
        for (String gone : List.copyOf(keys.keySet())) {
            if (!seen.contains(gone)) {
                Optional.ofNullable(keys.remove(gone))
                        .ifPresent(opened -> opened.key().close());
            }
        }
        return sections;
    }

    /// Once, not at every change of anything.
    private void tell(Device device, RuntimeException why) {
        Level level = leftOut.containsKey(device.id()) ? Level.DEBUG : Level.ERROR;
        LOG.log(
                level,
                "the preshared key of device {0} can''t be opened, so it can''t connect: give it another key"
                        + " (its page in the portal, or POST /devices/{1}/reset-key); {2}",
                device.deviceId().name(),
                device.id(),
                why.getMessage());
    }

    /// Those that were left out, if they are worth another try: one of them can be opened now, such as when this server
    /// has the keys of the database again.
    ///
    /// @param devices by identity
    Set<String> openAgain(Map<String, Device> devices) {
        boolean one = leftOut.keySet().stream()
                .limit(TRIED_AGAIN)
                .flatMap(id -> Optional.ofNullable(devices.get(id)).stream())
                .anyMatch(this::opens);
        return one ? Set.copyOf(leftOut.keySet()) : Set.of();
    }

    private boolean opens(Device device) {
        try {
            device.key().presharedKey().ifPresent(kept -> open(device.id(), kept));
            return true;
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "still shut: {0}", e.getMessage());
            return false;
        }
    }

    /// Those that may connect, but can't, since their preshared keys can't be opened.
    List<DeviceId> leftOut() {
        return List.copyOf(leftOut.values());
    }

    private DeviceSection section(Device device) {
        return new DeviceSection(
                device.deviceId(),
                new UserId(device.owner().name()),
                device.key().publicKey(),
                device.key().presharedKey().map(kept -> open(device.id(), kept)),
                device.addresses());
    }

    private SecretKey open(String device, byte[] sealed) {
        Opened before = keys.get(device);
        if (before != null && Arrays.equals(before.sealed(), sealed)) {
            return before.key();
        }
        byte[] bytes = safe.open(KeySafe.Use.PRESHARED_KEY, device, sealed);
        try {
            SecretKey key = SecretKey.copyOf(bytes, 0);
            keys.put(device, new Opened(sealed, key));
            if (before != null) {
                before.key().close();
            }
            return key;
        } finally {
            Wipe.bytes(bytes);
        }
    }

    @Override
    public void close() {
        keys.values().forEach(opened -> opened.key().close());
        keys.clear();
    }
}
