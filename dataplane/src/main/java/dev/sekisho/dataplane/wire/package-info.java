/// The bytes of WireGuard: one view class per message, and who they came from.
///
/// Enter through [MessageType#of]: it accepts a type together with its exact length, so the accessors of the
/// views cannot run past the message. Views are static accessors over a `MemorySegment` and an offset; they
/// own no state. All integers are little-endian, nothing is aligned. May import: `java.base`, `policy` (text
/// of addresses). Source: WireGuard paper section 5.4.
@NullMarked
package dev.sekisho.dataplane.wire;

import org.jspecify.annotations.NullMarked;
