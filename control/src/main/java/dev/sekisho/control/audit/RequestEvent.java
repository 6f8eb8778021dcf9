package dev.sekisho.control.audit;

/// What happens to requests for access.
public sealed interface RequestEvent extends ControlEvent {
    /// Its identity.
    String request();

    /// Who wants access, by name.
    String user();

    /// To what, by name.
    String resource();

    /// What for.
    String reason();

    /// May be empty.
    String ticket();

    @Override
    default String target() {
        return resource();
    }

    /// Access was requested.
    record Created(String request, String user, String resource, String reason, String ticket, long durationSeconds)
            implements RequestEvent {
        @Override
        public String action() {
            return "request.created";
        }
    }

    /// One of those who must approve did; more are needed.
    record Supported(
            String request,
            String user,
            String resource,
            String reason,
            String ticket,
            int votes,
            int needed,
            String comment)
            implements RequestEvent {
        @Override
        public String action() {
            return "request.supported";
        }
    }

    /// The last approval came: access holds until `until`.
    record Approved(
            String request,
            String user,
            String resource,
            String reason,
            String ticket,
            String grant,
            String until,
            String comment)
            implements RequestEvent {
        @Override
        public String action() {
            return "request.approved";
        }
    }

    /// Somebody denied it.
    record Denied(String request, String user, String resource, String reason, String ticket, String comment)
            implements RequestEvent {
        @Override
        public String action() {
            return "request.denied";
        }
    }

    /// Who asked took it back.
    record Cancelled(String request, String user, String resource, String reason, String ticket)
            implements RequestEvent {
        @Override
        public String action() {
            return "request.cancelled";
        }
    }

    /// Nobody decided in time.
    record Expired(String request, String user, String resource, String reason, String ticket) implements RequestEvent {
        @Override
        public String action() {
            return "request.expired";
        }
    }

    /// The access that it gave has ended.
    record Ended(String request, String user, String resource, String reason, String ticket) implements RequestEvent {
        @Override
        public String action() {
            return "request.ended";
        }
    }
}
