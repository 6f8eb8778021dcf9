package dev.sekisho.control.policy;

/// Something of the file with its place, for problems that show when all is read.
///
/// @param line from 1
/// @param path as `grants[7]`
record Located<T>(int line, String path, T value) {}
