package dev.sekisho.control.audit;

/// What happens to second factors.
public sealed interface FactorEvent extends ControlEvent {
    /// A second factor was added.
    record Added(String user, String kind, String name) implements FactorEvent {
        @Override
        public String action() {
            return "factor.added";
        }

        @Override
        public String target() {
            return user;
        }
    }
}
