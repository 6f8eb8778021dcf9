package dev.sekisho.control.audit;

/// What happens to IP resources and grants: who may reach what. `id` finds the row that it is about.
public sealed interface AccessEvent extends ControlEvent {
    /// A resource was made.
    ///
    /// @param opens addresses, ports and protocol in the short form
    record ResourceCreated(String id, String resource, String opens) implements AccessEvent {
        @Override
        public String action() {
            return "resource.created";
        }

        @Override
        public String target() {
            return resource;
        }
    }

    /// A resource was changed.
    ///
    /// @param opens what it opens now
    /// @param before what it opened before
    record ResourceChanged(String id, String resource, String opens, String before) implements AccessEvent {
        @Override
        public String action() {
            return "resource.changed";
        }

        @Override
        public String target() {
            return resource;
        }
    }

    /// A resource was removed, and all grants of it.
    record ResourceDeleted(String id, String resource, long grants) implements AccessEvent {
        @Override
        public String action() {
            return "resource.deleted";
        }

        @Override
        public String target() {
            return resource;
        }
    }

    /// Resources were made and changed by a file; each of them is recorded too, before this.
    record ResourcesImported(long created, long changed, long unchanged) implements AccessEvent {
        @Override
        public String action() {
            return "resource.imported";
        }

        @Override
        public String target() {
            return "";
        }
    }

    /// Access was granted, or forbidden.
    ///
    /// @param to `user:NAME`, `role:NAME` or `network:CIDR`
    /// @param until when it ends; empty = never
    record Granted(String id, String resource, String to, boolean deny, boolean mfa, String until)
            implements AccessEvent {
        @Override
        public String action() {
            return "grant.created";
        }

        @Override
        public String target() {
            return resource;
        }
    }

    /// A grant was changed; says how it is now.
    record GrantChanged(String id, String resource, String to, boolean deny, boolean mfa, String until)
            implements AccessEvent {
        @Override
        public String action() {
            return "grant.changed";
        }

        @Override
        public String target() {
            return resource;
        }
    }

    /// A grant was taken back.
    record Revoked(String id, String resource, String to) implements AccessEvent {
        @Override
        public String action() {
            return "grant.revoked";
        }

        @Override
        public String target() {
            return resource;
        }
    }
}
