package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Keys;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.PeerState;
import dev.sekisho.it.lab.Traffic;
import dev.sekisho.it.lab.WireguardPeer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Every verb of Debian's `wg` against our configuration socket. The subject is on the left.
@NeedsNetns
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WgToolIT {
    private static final String OTHER = Keys.generate().publicKey();

    private Pair pair;
    private WireguardPeer subject;

    @BeforeAll
    void start() {
        pair = Pair.start(1500, Subject.implementation(), Subject.counterpart());
        subject = pair.left();
        subject.up(Pair.USUAL_MTU);
        pair.right().up(Pair.USUAL_MTU);
    }

    @AfterAll
    void stop() {
        pair.close();
    }

    @BeforeEach
    void oneLivePeer() {
        subject.forgetPeers();
        pair.right().forgetPeers();
        subject.identify();
        pair.acquaint();
        pair.awaitPing();
    }

    @Test
    void showTellsEveryField() {
        assertThat(subject.wg("show", "public-key").strip())
                .isEqualTo(subject.keys().publicKey());
        assertThat(subject.wg("show", "private-key").strip())
                .isEqualTo(subject.keys().privateKey());
        assertThat(subject.wg("show", "listen-port").strip()).isEqualTo("51820");
        assertThat(subject.wg("show", "fwmark").strip()).isEqualTo("off");
        assertThat(subject.wg("show", "peers").strip()).isEqualTo(key());
        assertThat(subject.wg("show", "preshared-keys").strip()).isEqualTo(key() + "\t(none)");
        assertThat(subject.wg("show", "endpoints").strip())
                .isEqualTo(key() + "\t" + pair.right().endpoint4());
        assertThat(subject.wg("show", "allowed-ips"))
                .contains(
                        key(),
                        pair.netns().right().inner4() + "/32",
                        pair.netns().right().inner6() + "/128");
        assertThat(subject.wg("show", "latest-handshakes").strip()).matches("\\S+\t[1-9]\\d+");
        assertThat(subject.wg("show", "transfer").strip()).matches("\\S+\t[1-9]\\d*\t[1-9]\\d*");
        assertThat(subject.wg("show", "persistent-keepalive").strip()).isEqualTo(key() + "\toff");
        assertThat(subject.namespace().run("wg", "show", "interfaces").out()).contains(subject.name());
        assertThat(subject.wg("show")).contains("interface: " + subject.name(), "latest handshake: ", "transfer: ");
    }

    @Test
    void setChangesOneThingAtATime() {
        subject.wg("set", "fwmark", "0x2a");
        assertThat(subject.wg("show", "fwmark").strip()).isEqualTo("0x2a");
        subject.wg("set", "fwmark", "0");
        assertThat(subject.wg("show", "fwmark").strip()).isEqualTo("off");

        subject.wg("set", "peer", key(), "persistent-keepalive", "25");
        assertThat(state(key()).keepalive()).isEqualTo("25");
        subject.wg("set", "peer", key(), "persistent-keepalive", "off");
        assertThat(state(key()).keepalive()).isEqualTo("off");

        subject.wg("set", "peer", OTHER, "allowed-ips", "198.19.7.0/24,fd00:7::/64");
        assertThat(state(OTHER).allowedIps()).containsExactly("198.19.7.0/24", "fd00:7::/64");
        subject.wg("set", "peer", OTHER, "remove");
        assertThat(subject.peers()).extracting(PeerState::publicKey).containsExactly(key());
        assertThat(state(key()).latestHandshakeSeconds())
                .as("the session lives on")
                .isPositive();
    }

    @Test
    void anAllowedIpMovesToThePeerThatClaimsItLast() {
        subject.wg("set", "peer", OTHER, "allowed-ips", pair.netns().right().inner4() + "/32");

        assertThat(state(key()).allowedIps())
                .containsExactly(pair.netns().right().inner6() + "/128");
        assertThat(state(OTHER).allowedIps())
                .containsExactly(pair.netns().right().inner4() + "/32");
    }

    @Test
    void showconfWritesWhatSetconfReads() {
        subject.wg(
                "set", "fwmark", "0x2a", "peer", OTHER, "allowed-ips", "198.19.7.0/24", "persistent-keepalive", "17");
        String shown = subject.wg("showconf");
        List<PeerState> before = subject.peers();

        feed(shown, "setconf").orThrow();

        assertThat(subject.wg("showconf")).isEqualTo(shown);
        assertThat(subject.peers())
                .extracting(PeerState::publicKey)
                .containsExactlyInAnyOrderElementsOf(
                        before.stream().map(PeerState::publicKey).toList());
        pair.awaitPing();
        subject.wg("set", "fwmark", "0");
    }

    @Test
    void addconfAddsAndKeeps() {
        feed("[Peer]\nPublicKey = " + OTHER + "\nAllowedIPs = 198.19.7.0/24\n", "addconf")
                .orThrow();

        assertThat(subject.peers()).extracting(PeerState::publicKey).containsExactlyInAnyOrder(key(), OTHER);
        assertThat(state(key()).latestHandshakeSeconds()).isPositive();
    }

    @Test
    void syncconfRemovesWhatIsGoneAndKeepsTheSessionOfWhatStays() {
        String wanted = subject.wg("showconf");
        long handshake = state(key()).latestHandshakeSeconds();
        subject.wg("set", "peer", OTHER, "allowed-ips", "198.19.7.0/24");

        feed(wanted, "syncconf").orThrow();

        assertThat(subject.peers()).extracting(PeerState::publicKey).containsExactly(key());
        assertThat(state(key()).latestHandshakeSeconds()).isEqualTo(handshake);
        pair.awaitPing();
    }

    @Test
    void anEmptySetconfForgetsEverything() {
        feed("[Interface]\n", "setconf").orThrow();

        assertThat(subject.peers()).isEmpty();
        assertThat(subject.wg("show", "private-key").strip()).isEqualTo("(none)");
        assertThat(subject.process().isAlive()).isTrue();
    }

    @Test
    void aBusyPortIsRefusedAndTheOldOneKept() {
        try (Child _ = Traffic.serve(subject.namespace(), "udp-serve", "0.0.0.0", "51777")) {
            Outcome refused = subject.tryWg("set", "listen-port", "51777");

            assertThat(refused.succeeded()).isFalse();
            assertThat(refused.err()).contains("Address already in use");
            assertThat(subject.process().isAlive()).isTrue();
        }
        subject.wg("set", "listen-port", "51821");
        assertThat(subject.wg("show", "listen-port").strip()).isEqualTo("51821");
        pair.awaitPing();
    }

    @Test
    void theSubjectsOwnKeyAsAPeerIsIgnored() {
        subject.tryWg("set", "peer", subject.keys().publicKey(), "allowed-ips", "198.19.8.0/24");

        assertThat(subject.peers()).extracting(PeerState::publicKey).containsExactly(key());
    }

    private Outcome feed(String configuration, String verb) {
        return subject.tryWg(configuration, verb, new String[] {"/dev/stdin"});
    }

    private PeerState state(String publicKey) {
        return subject.peers().stream()
                .filter(peer -> peer.publicKey().equals(publicKey))
                .findFirst()
                .orElseThrow();
    }

    private String key() {
        return pair.right().keys().publicKey();
    }
}
