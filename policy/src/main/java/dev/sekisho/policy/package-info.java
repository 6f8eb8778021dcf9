/// The shared language of Sekisho: immutable values, no behaviour that needs a clock, a socket or a store.
///
/// May import: `java.base`. Thread-safe: everything here is immutable.
@NullMarked
package dev.sekisho.policy;

import org.jspecify.annotations.NullMarked;
