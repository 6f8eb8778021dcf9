package dev.sekisho.control.audit;

import java.util.List;

/// What is done with the audit log itself.
public sealed interface AuditEvent extends ControlEvent {
    /// The log was exported.
    record Exported(long first, long last) implements AuditEvent {
        @Override
        public String action() {
            return "audit.exported";
        }

        @Override
        public String target() {
            return "";
        }
    }

    /// Where records are sent was changed.
    record StreamsChanged(List<String> streams) implements AuditEvent {
        public StreamsChanged {
            streams = List.copyOf(streams);
        }

        @Override
        public String action() {
            return "audit.streams-changed";
        }

        @Override
        public String target() {
            return "";
        }
    }

    /// The key that signed the log is lost; another one goes on.
    ///
    /// @param checkpoints signed by the lost one, which were put into a file beside the database
    record SigningKeyLost(int checkpoints) implements AuditEvent {
        @Override
        public String action() {
            return "audit.signing-key-lost";
        }

        @Override
        public String target() {
            return "";
        }
    }
}
