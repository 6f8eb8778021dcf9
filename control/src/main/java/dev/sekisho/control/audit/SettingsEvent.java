package dev.sekisho.control.audit;

import java.util.List;

/// What happens to settings.
public sealed interface SettingsEvent extends ControlEvent {
    /// Settings were changed.
    ///
    /// @param section which group
    record Changed(String section) implements SettingsEvent {
        @Override
        public String action() {
            return "settings.changed";
        }

        @Override
        public String target() {
            return section;
        }
    }

    /// A mail was sent to try the mail server out.
    ///
    /// @param to who was to get it
    record MailTested(String to, boolean ok) implements SettingsEvent {
        @Override
        public String action() {
            return "mail.tested";
        }

        @Override
        public String target() {
            return to;
        }
    }

    /// Settings of the network were changed.
    ///
    /// @param changes a line each: `mtu: 1420 -> 1380`
    record NetworkChanged(List<String> changes) implements SettingsEvent {
        public NetworkChanged {
            changes = List.copyOf(changes);
        }

        @Override
        public String action() {
            return "network.changed";
        }

        @Override
        public String target() {
            return "network";
        }
    }
}
