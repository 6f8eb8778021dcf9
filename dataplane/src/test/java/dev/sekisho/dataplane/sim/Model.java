package dev.sekisho.dataplane.sim;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The reference: what may arrive, in the plainest words. Every packet has an id; it may arrive at the node
/// that it was sent to, once, unchanged, and not at all when its sender had no right to its source address or
/// is not a peer there.
final class Model {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sent(int from, int to, boolean spoofed, byte[] packet) {}

    private final Map<Long, Sent> sent = new HashMap<>();
    private final Set<Long> arrived = new HashSet<>();
    private long nextId = 1;

    long nextId() {
        return nextId++;
    }

    void sent(long id, int from, int to, boolean spoofed, byte[] packet) {
        sent.put(id, new Sent(from, to, spoofed, packet));
    }

    /// @param senderIsPeer tells whether a node is a peer of the receiver at this moment
    void arrived(int at, byte[] packet, java.util.function.IntPredicate senderIsPeer) {
        long id = InnerPackets.id(packet);
        Sent original = sent.get(id);
        if (original == null) {
            // The only packets that no node sent are answers of the engine itself to frames nobody owns.
            if (!isUnreachable(packet)) {
                throw new AssertionError("node " + at + " got a packet that nobody sent");
            }
            return;
        }
        if (original.to != at) {
            throw new AssertionError("packet " + id + " for node " + original.to + " arrived at node " + at);
        }
        if (original.spoofed) {
            throw new AssertionError("packet " + id + " arrived although its source is not its sender's");
        }
        if (!senderIsPeer.test(original.from)) {
            throw new AssertionError("packet " + id + " arrived although node " + original.from + " is no peer");
        }
        if (!Arrays.equals(original.packet, packet)) {
            throw new AssertionError("packet " + id + " was changed on its way");
        }
        if (!arrived.add(id)) {
            throw new AssertionError("packet " + id + " arrived twice");
        }
    }

    boolean hasArrived(long id) {
        return arrived.contains(id);
    }

    int arrivedCount() {
        return arrived.size();
    }

    int sentCount() {
        return sent.size();
    }

    private static boolean isUnreachable(byte[] packet) {
        boolean v4 = packet[0] >>> 4 == 4;
        return v4 ? packet[9] == 1 && packet[20] == 3 : packet[6] == 58 && packet[40] == 1;
    }
}
