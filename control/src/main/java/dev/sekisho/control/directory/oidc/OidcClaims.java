package dev.sekisho.control.directory.oidc;

import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.Person;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What claims say of somebody. Immutable.
record OidcClaims(OidcSettings.Claims names, Map<String, Object> values) {
    /// Who it is.
    ///
    /// @throws DirectoryException at step `claims` when there is no name
    Person person() {
        String name = text(names.name())
                .orElseThrow(() -> new DirectoryException(
                        "claims", "the provider says no " + names.name() + ": set nameClaim, or more scopes", null));
        boolean unverified = Boolean.FALSE.equals(values.get("email_verified"))
                && names.mail().equals("email");
        return new Person(
                String.valueOf(values.get("sub")),
                name,
                text(names.displayName()),
                unverified ? Optional.empty() : text(names.mail()),
                Set.copyOf(Metadata.texts(value(names.groups()))));
    }

    private Optional<String> text(String claim) {
        return value(claim) instanceof String text && !text.isBlank() ? Optional.of(text.strip()) : Optional.empty();
    }

    private @Nullable Object value(String claim) {
        if (values.containsKey(claim)) {
            return values.get(claim);
        }
        Object at = values;
        for (String part : claim.split("\\.", -1)) {
            at = at instanceof Map<?, ?> object ? object.get(part) : null;
        }
        return at;
    }
}
