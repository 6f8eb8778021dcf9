package dev.sekisho.control.directory;

/// One step of a test of a directory.
///
/// @param name such as `connect`
/// @param detail what was found, or what is wrong and what to do
public record Step(String name, boolean ok, String detail) {}
