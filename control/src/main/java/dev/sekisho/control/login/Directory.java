package dev.sekisho.control.login;

import dev.sekisho.control.user.NewUser;
import java.util.Optional;

/// A directory that checks names and passwords of users who are kept elsewhere: a port. Thread-safe.
public interface Directory {
    /// Its identity, as users have it in `directory`.
    String id();

    /// `ldap`, `oidc` or `saml`.
    String kind();

    /// Its name for people.
    String label();

    /// Checks a password. Nothing of it is kept or logged.
    ///
    /// @return who it is, with the roles that their groups give (none named = the roles stay); empty
    ///     when the name or the password is wrong, or they may not come in
    /// @throws dev.sekisho.control.web.Problem 503 when the directory doesn't answer
    Optional<NewUser> check(String name, String password);
}
