package dev.sekisho.control.directory.redirect;

import dev.sekisho.control.user.NewUser;

/// How a login at another site ended.
public sealed interface LoginOutcome {
    /// It is somebody who may come in.
    ///
    /// @param directory the identity of the directory
    /// @param target where it goes on in the portal
    record Identified(String directory, NewUser user, String target) implements LoginOutcome {}

    /// It failed.
    ///
    /// @param text for the person
    record Failed(String text) implements LoginOutcome {}
}
