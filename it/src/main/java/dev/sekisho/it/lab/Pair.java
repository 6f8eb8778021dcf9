package dev.sekisho.it.lab;

import java.time.Duration;

/// Two peers on a cable, the usual lab. Closing it ends both and removes the network.
///
/// @param netns the two hosts
/// @param left the peer on the left host
/// @param right the peer on the right host
public record Pair(Netns netns, WireguardPeer left, WireguardPeer right) implements AutoCloseable {
    /// What still carries a WireGuard packet over IPv6 on a cable of 1500.
    public static final int USUAL_MTU = 1420;

    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(30);

    /// Starts both peers with their keys and ports; they do not know each other and their interfaces are down.
    public static Pair start(int cableMtu, Implementation left, Implementation right) {
        Netns netns = Netns.open(cableMtu);
        try {
            WireguardPeer first = WireguardPeer.launch(netns.left(), left);
            WireguardPeer second = WireguardPeer.launch(netns.right(), right);
            return new Pair(netns, first.awaitUp().identify(), second.awaitUp().identify());
        } catch (LabException e) {
            netns.close();
            throw e;
        }
    }

    /// Two peers that know each other's IPv4 endpoint, interfaces up, and have answered a ping.
    public static Pair connected(Implementation left, Implementation right) {
        Pair pair = start(1500, left, right);
        try {
            pair.left.up(USUAL_MTU);
            pair.right.up(USUAL_MTU);
            pair.acquaint();
            pair.awaitPing();
        } catch (LabException | AssertionError e) {
            pair.close();
            throw e;
        }
        return pair;
    }

    /// Makes each a peer of the other, with the IPv4 endpoint.
    public void acquaint() {
        left.call(right, right.endpoint4());
        right.call(left, left.endpoint4());
    }

    /// Waits until a ping from the left crosses the tunnel.
    public void awaitPing() {
        awaitPing(left.namespace(), right.namespace().inner4());
    }

    public static void awaitPing(Namespace from, String to) {
        Await.until("ping from " + from.name() + " to " + to, HANDSHAKE_LIMIT, () -> Ping.answers(from, to));
    }

    @Override
    public void close() {
        left.close();
        right.close();
        netns.close();
    }
}
