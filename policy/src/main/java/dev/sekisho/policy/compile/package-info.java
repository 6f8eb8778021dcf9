/// Turns a policy as people wrote it into look-ups for the packet path, and explains what they answer.
///
/// Enter through [PolicyCompiler], [IncrementalCompiler] and [PolicySnapshot]. State: a snapshot is immutable for its
/// readers
/// and may be used by any number of threads (rules cache, by benign races, the window of time in which
/// their validity doesn't change); a [Decision] belongs to one thread. May import: `java.base`, `policy`.
/// Never: clocks (time is an argument), sockets.
@NullMarked
package dev.sekisho.policy.compile;

import org.jspecify.annotations.NullMarked;
