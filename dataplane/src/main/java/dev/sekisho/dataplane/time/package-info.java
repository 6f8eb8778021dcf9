/// Deadlines in protocol time: a queue that says who is due next, and the jitter that keeps peers from marching
/// in step.
///
/// Enter through [DeadlineQueue]. State: owned by the engine's thread. No clock in here: every time is an
/// argument, in nanoseconds of a monotonic clock, compared as plain numbers. May import: `dataplane`. Never:
/// sockets, clocks, threads, loggers.
@NullMarked
package dev.sekisho.dataplane.time;

import org.jspecify.annotations.NullMarked;
