package dev.sekisho.control.audit;

/// What happens to roles.
public sealed interface RoleEvent extends ControlEvent {
    /// A role was made.
    record Created(String role) implements RoleEvent {
        @Override
        public String action() {
            return "role.created";
        }

        @Override
        public String target() {
            return role;
        }
    }
}
