package dev.sekisho.control.audit;

import java.util.List;

/// What happens to user directories.
public sealed interface DirectoryEvent extends ControlEvent {
    /// The directory's name.
    String directory();

    @Override
    default String target() {
        return directory();
    }

    /// A directory was connected.
    record Created(String directory, String kind) implements DirectoryEvent {
        @Override
        public String action() {
            return "directory.created";
        }
    }

    /// A directory was changed.
    ///
    /// @param fields names of what was changed, never their values
    record Changed(String directory, List<String> fields) implements DirectoryEvent {
        @Override
        public String action() {
            return "directory.changed";
        }
    }

    /// A directory was disconnected; its users can't log in any more.
    record Deleted(String directory) implements DirectoryEvent {
        @Override
        public String action() {
            return "directory.deleted";
        }
    }

    /// A directory was tried out.
    ///
    /// @param login whether somebody's password was tried, too
    record Tested(String directory, boolean login, boolean ok) implements DirectoryEvent {
        @Override
        public String action() {
            return "directory.tested";
        }
    }

    /// The directory knows somebody who may not come in.
    ///
    /// @param user the name that the directory gives them
    record Refused(String directory, String user, String reason) implements DirectoryEvent {
        @Override
        public String action() {
            return "directory.refused";
        }
    }

    /// What another site said of a login was not believed; the person was only told that it did not work out.
    ///
    /// @param directory its name; empty when the answer belongs to no login that is under way
    /// @param step what was looked at
    /// @param reason what is wrong, with nothing of the answer that is secret
    /// @param count how many: 1, or those of one site within a minute, of which the last is told
    record LoginFailed(String directory, String step, String reason, long count) implements DirectoryEvent {
        @Override
        public String action() {
            return "directory.login-failed";
        }
    }

    /// So many people were gone at once that nobody lost their access: somebody has to look.
    ///
    /// @param gone how many of those who are known the directory did not know any more
    record RefreshHeld(String directory, int gone, int known) implements DirectoryEvent {
        @Override
        public String action() {
            return "directory.refresh-held";
        }
    }
}
