package dev.sekisho.control.directory;

import java.util.Optional;
import java.util.Set;

/// Who a directory says somebody is. Immutable. Nothing of it was checked yet.
///
/// @param subject what the directory never gives to a second person
/// @param name what they log in with
/// @param displayName for people
/// @param email where they get mail
/// @param groups canonical names, as [Connector#canonicalGroup] makes them
public record Person(
        String subject, String name, Optional<String> displayName, Optional<String> email, Set<String> groups) {
    public Person {
        groups = Set.copyOf(groups);
    }
}
