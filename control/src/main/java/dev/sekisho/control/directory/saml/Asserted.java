package dev.sekisho.control.directory.saml;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What a provider asserts of somebody. Immutable; checked.
///
/// @param id of the assertion
/// @param nameId who it is
/// @param nameIdFormat what kind of name that is
/// @param attributes values by name
/// @param endsAt from when on it is not taken any more
record Asserted(String id, String nameId, String nameIdFormat, Map<String, List<String>> attributes, Instant endsAt) {
    Asserted {
        attributes = Map.copyOf(attributes);
    }
}
