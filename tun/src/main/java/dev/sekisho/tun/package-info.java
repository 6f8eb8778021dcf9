/// Ports to the operating system, batch-shaped: raw bytes and raw socket addresses, no protocol.
@NullMarked
package dev.sekisho.tun;

import org.jspecify.annotations.NullMarked;
