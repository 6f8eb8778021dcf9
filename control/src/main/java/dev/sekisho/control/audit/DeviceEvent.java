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
    /// @param reason `scan`, `decoy`, `reported` or `admin`
    /// @param endpoint where its datagrams came from; may be empty
    /// @param targets the evidence
    record Locked(
            String id, String device, String user, String reason, String comment, String endpoint, List<String> targets)
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
    record Unlocked(String id, String device, String user, String comment) implements DeviceEvent {
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

    /// It got another key, and a link that hands it out once.
    record LinkMade(String id, String device, String link, String expiresAt) implements DeviceEvent {
        @Override
        public String action() {
            return "device.link-made";
        }
    }

    /// Somebody used the link of `maker`, a user unless `makerId` is empty: the configuration went to `source`.
    record LinkFetched(String id, String device, String link, String maker, String makerId, String source)
            implements DeviceEvent {
        @Override
        public String action() {
            return "device.link-fetched";
        }
    }

    /// Nobody used the link of `maker` in time.
    record LinkExpired(String id, String device, String link, String maker, String makerId) implements DeviceEvent {
        @Override
        public String action() {
            return "device.link-expired";
        }
    }

    /// The link of `maker` was taken back, or the device got another key.
    record LinkRevoked(String id, String device, String link, String maker, String makerId) implements DeviceEvent {
        @Override
        public String action() {
            return "device.link-revoked";
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
