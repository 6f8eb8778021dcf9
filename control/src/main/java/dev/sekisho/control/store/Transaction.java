package dev.sekisho.control.store;

/// A transaction under way, as services and store ports pass it on: opaque, valid inside the call that gave it only.
public sealed interface Transaction permits Sql {}
