package dev.sekisho.control.enforce;

import dev.sekisho.control.device.Device;
import dev.sekisho.control.policy.DeviceSection;
import dev.sekisho.control.settings.KeySafe;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Devices as the data plane wants them. Keeps preshared keys open, so that a device that has not changed stays equal.
/// One owner thread.
final class DeviceSections implements AutoCloseable {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Opened(byte[] sealed, SecretKey key) {}

    private final KeySafe safe;
    private final Map<String, Opened> keys = new HashMap<>();

    DeviceSections(KeySafe safe) {
        this.safe = safe;
    }

    /// Those that may connect. A locked one may: it passes nothing, and its user sees why.
    List<DeviceSection> of(List<Device> devices, Instant now) {
        List<DeviceSection> sections = new ArrayList<>(devices.size());
        Set<String> seen = new HashSet<>();
        for (Device device : devices) {
            if (device.mayConnect(now)) {
                seen.add(device.id());
                sections.add(new DeviceSection(
                        device.deviceId(),
                        new UserId(device.owner().name()),
                        device.key().publicKey(),
                        device.key().presharedKey().map(kept -> open(device.id(), kept)),
                        device.addresses()));
            }
        }
        for (String gone : List.copyOf(keys.keySet())) {
            if (!seen.contains(gone)) {
                Optional.ofNullable(keys.remove(gone))
                        .ifPresent(opened -> opened.key().close());
            }
        }
        return sections;
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
