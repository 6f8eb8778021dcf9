package dev.sekisho.control.grant;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.UserId;

/// Who a grant is given to, as it is kept. Immutable.
public sealed interface Recipient {
    /// One user.
    record OfUser(String id, String name) implements Recipient {
        @Override
        public String toString() {
            return "user:" + name;
        }
    }

    /// All members of a role.
    record OfRole(String id, String name) implements Recipient {
        @Override
        public String toString() {
            return "role:" + name;
        }
    }

    /// Hosts that are nobody's device.
    record OfNetwork(Cidr block) implements Recipient {
        @Override
        public String toString() {
            return "network:" + block;
        }
    }

    /// The same for the policy.
    default Subject subject() {
        return switch (this) {
            case OfUser user -> new Subject.User(new UserId(user.name()));
            case OfRole role -> new Subject.Role(new RoleId(role.name()));
            case OfNetwork network -> new Subject.Network(network.block());
        };
    }
}
