package dev.sekisho.control.audit;

import java.util.List;

/// What is done with the flow log.
public sealed interface FlowEvent extends ControlEvent {
    /// How much is kept was changed.
    ///
    /// @param changes a line each: `days: 30 -> 7`
    record RetentionChanged(List<String> changes) implements FlowEvent {
        public RetentionChanged {
            changes = List.copyOf(changes);
        }

        @Override
        public String action() {
            return "flow-log.changed";
        }

        @Override
        public String target() {
            return "";
        }
    }

    /// Flows of others were exported.
    ///
    /// @param node whose log it was
    /// @param format `csv` or `jsonl`
    /// @param filter which flows, as in the request; empty = all
    record Exported(String node, String format, String filter) implements FlowEvent {
        @Override
        public String action() {
            return "flow-log.exported";
        }

        @Override
        public String target() {
            return node;
        }
    }
}
