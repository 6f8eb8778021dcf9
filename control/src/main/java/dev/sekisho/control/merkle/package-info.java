/// A Merkle tree over a growing log: hashes, what is kept to append, proofs, signed checkpoints. Enter by
/// [dev.sekisho.control.merkle.CompactRange] and [dev.sekisho.control.merkle.Proofs].
///
/// Pure: no clock, no files, no database. Imports nothing of `control`. Sources: RFC 9162 section 2.1 (the tree of
/// RFC 6962), the signed notes and checkpoints of the transparency-log community (C2SP `signed-note`,
/// `tlog-checkpoint`).
@NullMarked
package dev.sekisho.control.merkle;

import org.jspecify.annotations.NullMarked;
