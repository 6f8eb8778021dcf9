package dev.sekisho.control.audit;

/// What happens to settings.
public sealed interface SettingsEvent extends ControlEvent {
    /// Settings were changed.
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
}
