package dev.sekisho.control.people;

/// A role, as far as the network needs to know it. Immutable.
public record NamedRole(String id, String name) {}
