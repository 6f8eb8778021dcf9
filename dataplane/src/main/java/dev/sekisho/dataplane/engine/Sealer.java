package dev.sekisho.dataplane.engine;

import dev.sekisho.crypto.Aead;
import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.dataplane.wire.TransportView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Seals packets from where they lie into the open train. Owner: the engine's thread.
///
/// Padding: with zeros to a multiple of 16, but never beyond the MTU, so that full segments stay full segments.
/// The zeros are written behind the packet and what was there is put back: callers guarantee [#SLACK_BYTES]
/// writable bytes. Source: WireGuard paper section 5.4.6.
final class Sealer {
    /// Bytes behind a packet that may be overwritten for a moment.
    static final int SLACK_BYTES = 16;

    /// The largest packet that fits in one datagram.
    static final int LARGEST_PACKET = Limits.TRAIN_BYTES - TransportView.OVERHEAD_BYTES;

    private final Aead aead;
    private final Trains trains;

    Sealer(Aead aead, Trains trains) {
        this.aead = aead;
        this.trains = trains;
    }

    /// Seals one packet of at most [#LARGEST_PACKET] bytes. The key pair has a counter left.
    void seal(Keypair keypair, Peer peer, Endpoint to, MemorySegment memory, long offset, int lengthBytes, int mtu) {
        int paddedBytes = paddedBytes(lengthBytes, mtu);
        int at = trains.append(peer, to, paddedBytes + TransportView.OVERHEAD_BYTES);
        if (paddedBytes == lengthBytes) {
            write(keypair, memory, offset, lengthBytes, at);
            return;
        }
        long behind = offset + lengthBytes;
        long saved0 = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, behind);
        long saved1 = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, behind + 8);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, behind, 0);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, behind + 8, 0);
        write(keypair, memory, offset, paddedBytes, at);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, behind, saved0);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, behind + 8, saved1);
    }

    /// Seals an empty packet.
    void sealKeepalive(Keypair keypair, Peer peer, Endpoint to) {
        int at = trains.append(peer, to, TransportView.MINIMUM_BYTES);
        write(keypair, trains.memory(), at, 0, at);
    }

    static int paddedBytes(int lengthBytes, int mtu) {
        int padded = (lengthBytes + 15) & -16;
        return padded <= mtu ? padded : Math.max(lengthBytes, mtu);
    }

    private void write(Keypair keypair, MemorySegment source, long offset, int bytes, int at) {
        long counter = keypair.nextCounter();
        MemorySegment target = trains.memory();
        TransportView.writeHeader(target, at, keypair.remoteIndex(), counter);
        aead.seal(keypair.sendKey(), counter, source, offset, bytes, target, at + TransportView.PACKET);
    }
}
