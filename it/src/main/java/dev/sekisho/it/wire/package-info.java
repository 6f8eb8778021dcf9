/// WireGuard handshake messages made outside the product, over BouncyCastle's primitives: for floods, junk and load.
/// Since it
/// shares no code with what it is thrown at, it shares none of its mistakes either.
///
/// Source: WireGuard paper 5.4. Thread-confined: each thread makes its own objects.
@NullMarked
package dev.sekisho.it.wire;

import org.jspecify.annotations.NullMarked;
