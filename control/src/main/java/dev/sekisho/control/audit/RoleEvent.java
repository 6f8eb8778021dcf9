package dev.sekisho.control.audit;

import java.util.List;

/// What happens to roles.
public sealed interface RoleEvent extends ControlEvent {
    /// The role's name.
    String role();

    @Override
    default String target() {
        return role();
    }

    /// A role was made.
    record Created(String role, List<String> permissions, List<String> parents) implements RoleEvent {
        @Override
        public String action() {
            return "role.created";
        }
    }

    /// A role's name, description, permissions or parents were changed; these hold now.
    ///
    /// @param before its name until then
    record Changed(String role, String before, List<String> permissions, List<String> parents) implements RoleEvent {
        /// Whether it has another name now.
        public boolean hasOtherName() {
            return !role.equals(before);
        }

        @Override
        public String action() {
            return "role.changed";
        }
    }

    /// A role was removed.
    record Deleted(String role) implements RoleEvent {
        @Override
        public String action() {
            return "role.deleted";
        }
    }

    /// A role was given to users or taken from them.
    record MembersChanged(String role, List<String> added, List<String> removed) implements RoleEvent {
        @Override
        public String action() {
            return "role.members-changed";
        }
    }
}
