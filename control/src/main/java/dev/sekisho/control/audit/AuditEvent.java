package dev.sekisho.control.audit;

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
}
