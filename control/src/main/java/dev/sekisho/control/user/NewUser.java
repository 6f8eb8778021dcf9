package dev.sekisho.control.user;

import java.util.List;
import java.util.Optional;

/// A user to be made. Immutable; the body of requests. `toString` shows no password.
///
/// @param password without one, a random one is made that must be changed at the first login
/// @param roles names; without, the role `user`
/// @param directory where the password is checked; without, `internal`
public record NewUser(
        String name,
        Optional<String> displayName,
        Optional<String> email,
        Optional<String> password,
        Optional<List<String>> roles,
        Optional<String> directory) {
    /// Checks it, but for the password, whose rules the login has.
    ///
    /// @throws IllegalArgumentException with a sentence
    public NewUser {
        name = UserFields.name(name);
        displayName = displayName.map(UserFields::displayName);
        email = email.flatMap(UserFields::email);
        roles = roles.map(List::copyOf);
        if (directory.filter(id -> !id.equals(User.INTERNAL)).isPresent() && password.isPresent()) {
            throw new IllegalArgumentException("the password of a user of another directory is not kept here");
        }
    }

    @Override
    public String toString() {
        return "NewUser[name=" + name + "]";
    }
}
