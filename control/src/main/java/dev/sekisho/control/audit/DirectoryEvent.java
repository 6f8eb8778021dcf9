package dev.sekisho.control.audit;

/// What happens to user directories.
public sealed interface DirectoryEvent extends ControlEvent {
    /// A directory was connected.
    record Created(String directory, String kind) implements DirectoryEvent {
        @Override
        public String action() {
            return "directory.created";
        }

        @Override
        public String target() {
            return directory;
        }
    }
}
