package dev.sekisho.control.audit;

import java.util.List;

/// What happens to second factors.
public sealed interface FactorEvent extends ControlEvent {
    /// Whose they are, by name; a policy's scope.
    String user();

    @Override
    default String target() {
        return user();
    }

    /// A second factor was added.
    record Added(String user, String kind, String name) implements FactorEvent {
        @Override
        public String action() {
            return "factor.added";
        }
    }

    /// A second factor was removed by its owner.
    record Removed(String user, String kind, String name) implements FactorEvent {
        @Override
        public String action() {
            return "factor.removed";
        }
    }

    /// All second factors of a user were removed by an administrator.
    record Reset(String user) implements FactorEvent {
        @Override
        public String action() {
            return "factor.reset";
        }
    }

    /// A second factor was proved.
    record Proved(String user, String kind) implements FactorEvent {
        @Override
        public String action() {
            return "factor.proved";
        }
    }

    /// A proof of a second factor was wrong.
    record Refused(String user, String kind) implements FactorEvent {
        @Override
        public String action() {
            return "factor.refused";
        }
    }

    /// A code was mailed.
    record CodeMailed(String user) implements FactorEvent {
        @Override
        public String action() {
            return "factor.code-mailed";
        }
    }

    /// It was changed who must have which second factor.
    ///
    /// @param user the scope
    record PolicyChanged(String user, String required, List<String> kinds) implements FactorEvent {
        @Override
        public String action() {
            return "factor.policy-changed";
        }
    }
}
