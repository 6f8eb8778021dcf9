package dev.sekisho.control.device;

import dev.sekisho.control.state.Attempt;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A device as it is kept. Immutable.
///
/// @param name unique among those of its user
/// @param key what names it in the tunnel
/// @param addresses in the tunnel, one host each
/// @param own whether its user added it
/// @param version grows with every change
public record Device(
        String id,
        Owner owner,
        String name,
        Key key,
        List<Cidr> addresses,
        State state,
        boolean own,
        Optional<Lock> lock,
        Optional<Instant> expiresAt,
        Instant createdAt,
        long version) {
    /// Whose it is.
    ///
    /// @param active whether they may use anything
    public record Owner(String id, String name, boolean active) {}

    /// Its key.
    ///
    /// @param presharedKey sealed
    public record Key(PublicKey publicKey, Optional<byte[]> presharedKey) {
        /// Whether the preshared key was lost with the installation's key: it needs a new one to connect.
        public boolean isLost() {
            return presharedKey.filter(bytes -> bytes.length == 0).isPresent();
        }
    }

    /// What an administrator made of it.
    public enum State {
        ACTIVE,
        /// Somebody has to approve it.
        PENDING,
        DISABLED
    }

    /// What it was locked for: the evidence.
    ///
    /// @param comment of who locked it; may be empty
    /// @param endpoint where its datagrams came from then, address and port; empty when that is not known
    /// @param attempts what it tried in vain, oldest first
    public record Grounds(LockReason reason, String comment, String endpoint, List<Attempt> attempts) {
        public Grounds {
            attempts = List.copyOf(attempts);
        }
    }

    /// Why it passes nothing.
    ///
    /// @param by who locked it, by name
    public record Lock(Grounds grounds, String by, Instant at) {}

    /// A lock that somebody took away.
    ///
    /// @param unlockedBy by name
    /// @param comment what they said to it
    public record PastLock(Lock lock, Instant unlockedAt, String unlockedBy, String comment) {}

    /// The longest name, so that it has room beside the user's.
    public static final int MAX_NAME_CHARS = 60;

    public Device {
        addresses = List.copyOf(addresses);
    }

    /// The name of a device among all: `USER/NAME`.
    public DeviceId deviceId() {
        return new DeviceId(owner.name() + "/" + name);
    }

    /// Whether it may connect, apart from a lock.
    public boolean mayConnect(Instant now) {
        return state == State.ACTIVE && owner.active() && !isExpired(now) && !key.isLost();
    }

    /// Whether its end has come.
    public boolean isExpired(Instant now) {
        return expiresAt.filter(end -> !end.isAfter(now)).isPresent();
    }

    /// The state as people see it: a lock hides all else.
    public String shownState(Instant now) {
        if (lock.isPresent()) {
            return "locked";
        }
        if (isExpired(now)) {
            return "expired";
        }
        return switch (state) {
            case ACTIVE -> "active";
            case PENDING -> "pending";
            case DISABLED -> "disabled";
        };
    }

    /// The same with another state, the version after this one.
    Device with(State next) {
        return new Device(id, owner, name, key, addresses, next, own, lock, expiresAt, createdAt, version + 1);
    }

    /// The same with another key, and the state that this brings; the version after this one.
    Device rekeyed(Key next, State then) {
        return new Device(id, owner, name, next, addresses, then, own, lock, expiresAt, createdAt, version + 1);
    }

    /// The same with another lock, the version after this one.
    Device locked(Optional<Lock> next) {
        return new Device(id, owner, name, key, addresses, state, own, next, expiresAt, createdAt, version + 1);
    }
}
