/// What travels: WireGuard's messages, who they came from, and the IP packets inside them.
///
/// Every message and header has a view: static accessors over a `MemorySegment` and an offset that own no state.
/// Enter through the check: [MessageType#of] accepts a type together with its exact length, `Ip4View.check` and its
/// kin hold the lengths that a header states against the bytes that are there; behind them no accessor runs past the
/// packet. Integers of WireGuard are little-endian, of IP big-endian, of the virtio header native; nothing is
/// aligned. [Checksum] is the Internet checksum. May import: `java.base`, `policy` (text of addresses),
/// `jdk.incubator.vector` (one class, optional at run time). Source: WireGuard paper section 5.4; RFC 791, 8200,
/// 9293, 768, 792, 4443, 1071; `linux/virtio_net.h`.
@NullMarked
package dev.sekisho.dataplane.wire;

import org.jspecify.annotations.NullMarked;
