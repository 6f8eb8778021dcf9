package dev.sekisho.control.people;

import java.util.Optional;

/// A user, as far as the network needs to know them. Immutable.
///
/// @param displayName what people call them; empty when there is nothing but the name
/// @param active false = may use nothing
public record Person(String id, String name, String displayName, Optional<String> email, boolean active) {}
