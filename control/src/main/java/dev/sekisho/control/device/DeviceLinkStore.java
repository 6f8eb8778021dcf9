package dev.sekisho.control.device;

import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where links are kept. Thread-safe.
public interface DeviceLinkStore {
    /// Links that are kept of a device; the audit log has all of them.
    int MAX_LINKS = 50;

    /// An open link with what it is about.
    ///
    /// @param secretHash SHA-256 of its secret
    /// @param config sealed
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Open(DeviceLink link, byte[] secretHash, byte[] config) {
        @Override
        public String toString() {
            return "Open[" + link.id() + "]";
        }
    }

    /// Adds one, and forgets the oldest of the device above [#MAX_LINKS].
    void insert(Transaction transaction, Open open);

    /// One by its identity.
    Optional<DeviceLink> find(Transaction transaction, String id);

    /// One that is open by its identity.
    Optional<Open> findOpen(Transaction transaction, String id);

    /// Those of a device, newest first.
    List<DeviceLink> ofDevice(Transaction transaction, String deviceId);

    /// Open ones whose end has come.
    List<DeviceLink> due(Transaction transaction, Instant now, int limit);

    /// Ends an open one, and wipes its configuration.
    ///
    /// @param from the address that fetched it; empty otherwise
    /// @return false when it is not open any more
    boolean end(Transaction transaction, String id, DeviceLink.State state, Instant now, String from);
}
