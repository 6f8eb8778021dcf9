package dev.sekisho.control.audit;

import java.util.List;

/// What happens to devices. `id` finds the row that it is about; `device` is `USER/NAME`.
public sealed interface DeviceEvent extends ControlEvent {
    /// The device's identity.
    String id();

    /// `USER/NAME`.
    String device();

    @Override
    default String target() {
        return device();
    }

    /// A device was added.
    ///
    /// @param state `active`, or `pending` while somebody has to approve it
    record Created(String id, String device, String user, String publicKey, List<String> addresses, String state)
            implements DeviceEvent {
        public Created {
            addresses = List.copyOf(addresses);
        }

        @Override
        public String action() {
            return "device.created";
        }
    }

    /// Name, addresses, end or state were changed; says how it is now.
    record Changed(String id, String device, List<String> addresses, String state, String expiresAt)
            implements DeviceEvent {
        public Changed {
            addresses = List.copyOf(addresses);
        }

        @Override
        public String action() {
            return "device.changed";
        }
    }

    /// Somebody approved a pending device.
    record Approved(String id, String device) implements DeviceEvent {
        @Override
        public String action() {
            return "device.approved";
        }
    }

    /// It got another key: the old one opens nothing any more.
    record KeyReset(String id, String device, String publicKey) implements DeviceEvent {
        @Override
        public String action() {
            return "device.key-reset";
        }
    }

    /// It was locked.
    ///
    /// @param reason `scan`, `decoy` or `admin`
    /// @param targets the evidence
    record Locked(String id, String device, String user, String reason, String comment, List<String> targets)
            implements DeviceEvent {
        public Locked {
            targets = List.copyOf(targets);
        }

        @Override
        public String action() {
            return "device.locked";
        }
    }

    /// It was unlocked.
    record Unlocked(String id, String device, String comment) implements DeviceEvent {
        @Override
        public String action() {
            return "device.unlocked";
        }
    }

    /// Its session was ended; it may come back.
    record Disconnected(String id, String device) implements DeviceEvent {
        @Override
        public String action() {
            return "device.disconnected";
        }
    }

    /// It was removed.
    record Deleted(String id, String device) implements DeviceEvent {
        @Override
        public String action() {
            return "device.deleted";
        }
    }
}
