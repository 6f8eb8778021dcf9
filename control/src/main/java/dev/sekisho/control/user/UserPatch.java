package dev.sekisho.control.user;

import java.util.List;
import java.util.Optional;

/// Changes to a user: what is missing stays. Immutable; the body of requests.
///
/// @param email blank removes it
/// @param roles names: these and no others
public record UserPatch(
        Optional<String> name, Optional<String> displayName, Optional<String> email, Optional<List<String>> roles) {
    /// Checks it.
    ///
    /// @throws IllegalArgumentException with a sentence
    public UserPatch {
        name = name.map(UserFields::name);
        displayName = displayName.map(UserFields::displayName);
        email.ifPresent(UserFields::email);
        roles = roles.map(List::copyOf);
    }
}
