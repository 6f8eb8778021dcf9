package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.Blake2s;

/// Puts a right mac1 on a message that a test has changed, so that the message gets past the first guard.
final class Remac {
    private Remac() {}

    static void mac1(byte[] message, int mac1Offset, LocalIdentity receiver) {
        Mac.write(new Blake2s(), receiver.mac1Key(), message, mac1Offset, message, mac1Offset);
    }
}
