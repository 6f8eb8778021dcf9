package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.it.lab.Keys;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.PeerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// A thousand peers in one `wg setconf`.
@NeedsNetns
class ManyPeersIT {
    private static final int PEERS = 1_000;
    /// The one that really exists stands in the middle.
    private static final int REAL = 500;

    @Test
    void aThousandPeersAreKeptAsTheyWereToldAndOneOfThemTalks() {
        try (Pair pair = Pair.start(1500, Subject.implementation(), Subject.counterpart())) {
            List<PeerState> told = peers(pair);
            pair.left().up(Pair.USUAL_MTU);
            pair.right().up(Pair.USUAL_MTU).accept(pair.left());

            pair.left()
                    .tryWg(configuration(pair, told), "setconf", new String[] {"/dev/stdin"})
                    .orThrow();

            assertThat(byKey(pair.left().peers())).isEqualTo(byKey(told));
            pair.awaitPing();
            assertThat(pair.left().stateOf(pair.right()).latestHandshakeSeconds())
                    .isPositive();

            pair.left()
                    .tryWg(configuration(pair, told.subList(REAL, REAL + 1)), "setconf", new String[] {"/dev/stdin"})
                    .orThrow();

            assertThat(pair.left().peers()).hasSize(1);
            pair.awaitPing();
        }
    }

    private static List<PeerState> peers(Pair pair) {
        var peers = new ArrayList<PeerState>();
        for (int i = 0; i < PEERS; i++) {
            boolean real = i == REAL;
            peers.add(new PeerState(
                    real ? pair.right().keys().publicKey() : Keys.generate().publicKey(),
                    i % 3 == 0 ? Keys.presharedKey() : "(none)",
                    real ? pair.right().endpoint4() : i % 2 == 0 ? "198.18.77.1:" + (1024 + i) : "(none)",
                    real
                            ? Set.of(
                                    pair.netns().right().inner4() + "/32",
                                    pair.netns().right().inner6() + "/128")
                            : Set.of(
                                    "198.19." + (16 + i / 250) + "." + i % 250 + "/32", "fd00:77:" + (i + 1) + "::/48"),
                    0,
                    0,
                    0,
                    "off"));
        }
        return peers;
    }

    private static String configuration(Pair pair, List<PeerState> peers) {
        var text = new StringBuilder(
                "[Interface]\nPrivateKey = " + pair.left().keys().privateKey() + "\nListenPort = 51820\n");
        for (PeerState peer : peers) {
            text.append("[Peer]\nPublicKey = ").append(peer.publicKey());
            if (!peer.presharedKey().equals("(none)")) {
                text.append("\nPresharedKey = ").append(peer.presharedKey());
            }
            if (!peer.endpoint().equals("(none)")) {
                text.append("\nEndpoint = ").append(peer.endpoint());
            }
            text.append("\nAllowedIPs = ")
                    .append(String.join(", ", peer.allowedIps()))
                    .append('\n');
        }
        return text.toString();
    }

    private static Map<String, PeerState> byKey(List<PeerState> peers) {
        return peers.stream().collect(Collectors.toMap(PeerState::publicKey, Function.identity()));
    }
}
