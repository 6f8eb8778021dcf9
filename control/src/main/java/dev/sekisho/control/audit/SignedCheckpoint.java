package dev.sekisho.control.audit;

import java.time.Instant;

/// A checkpoint as it was signed. Immutable.
///
/// @param size records
/// @param at when it was signed
/// @param note the signed note, for [dev.sekisho.control.merkle.NoteKey#open]
public record SignedCheckpoint(long size, Instant at, String note) {}
