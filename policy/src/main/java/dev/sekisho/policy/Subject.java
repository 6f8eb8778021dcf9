package dev.sekisho.policy;

import java.util.Objects;

/// Who a grant is given to. Immutable.
public sealed interface Subject {
    /// One person, on any of their devices.
    record User(UserId id) implements Subject {
        public User {
            Objects.requireNonNull(id, "id");
        }
    }

    /// All members of a role and of the roles that belong to it.
    record Role(RoleId id) implements Subject {
        public Role {
            Objects.requireNonNull(id, "id");
        }
    }

    /// Hosts that are nobody's device, by their address: what may open flows towards devices. No second factor.
    record Network(Cidr block) implements Subject {
        public Network {
            Objects.requireNonNull(block, "block");
        }
    }
}
