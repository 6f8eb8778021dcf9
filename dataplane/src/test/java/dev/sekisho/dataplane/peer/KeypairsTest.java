package dev.sekisho.dataplane.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.noise.Keypair;
import org.junit.jupiter.api.Test;

class KeypairsTest {
    private final PeerHome home = Peers.home();
    private final Peer peer = Peers.peer(home, 1);
    private final Keypairs keypairs = peer.keypairs();

    @Test
    void theInitiatorsPairIsCurrentAtOnce() {
        Keypair first = initiated();
        keypairs.install(first);
        assertThat(keypairs.current()).isSameAs(first);
        Keypair second = initiated();
        keypairs.install(second);
        assertThat(keypairs.current()).isSameAs(second);
        assertThat(keypairs.previous()).isSameAs(first);
    }

    @Test
    void aThirdPairEndsTheFirst() {
        Keypair first = initiated();
        keypairs.install(first);
        keypairs.install(initiated());
        keypairs.install(initiated());
        assertEnded(first);
        assertThat(home.indexes().size()).isEqualTo(2);
    }

    @Test
    void theRespondersPairWaitsForItsFirstPacket() {
        Keypair old = initiated();
        keypairs.install(old);
        Keypair answered = answered();
        keypairs.install(answered);
        assertThat(keypairs.current()).isSameAs(old);
        assertThat(keypairs.next()).isSameAs(answered);
        assertThat(keypairs.confirm(old)).isFalse();
        assertThat(keypairs.confirm(answered)).isTrue();
        assertThat(keypairs.confirm(answered)).isFalse();
        assertThat(keypairs.current()).isSameAs(answered);
        assertThat(keypairs.previous()).isSameAs(old);
        assertThat(keypairs.next()).isNull();
    }

    @Test
    void aSecondAnswerReplacesTheUnconfirmedOne() {
        Keypair first = answered();
        Keypair second = answered();
        keypairs.install(first);
        keypairs.install(second);
        assertEnded(first);
        assertThat(keypairs.next()).isSameAs(second);
    }

    @Test
    void anUnconfirmedPairBecomesPreviousWhenWeInitiate() {
        Keypair old = initiated();
        Keypair answered = answered();
        Keypair fresh = initiated();
        keypairs.install(old);
        keypairs.install(answered);
        keypairs.install(fresh);
        assertThat(keypairs.current()).isSameAs(fresh);
        assertThat(keypairs.previous()).isSameAs(answered);
        assertThat(keypairs.next()).isNull();
        assertEnded(old);
    }

    @Test
    void clearEndsAll() {
        Keypair current = initiated();
        Keypair next = answered();
        keypairs.install(current);
        keypairs.install(next);
        keypairs.clear();
        assertEnded(current);
        assertEnded(next);
        assertThat(keypairs.current()).isNull();
        assertThat(home.indexes().size()).isZero();
    }

    private void assertEnded(Keypair keypair) {
        assertThat(home.indexes().keypair(keypair.localIndex())).isNull();
        assertThat(keypair.sendKey().isWiped()).isTrue();
        assertThat(keypair.receiveKey().isWiped()).isTrue();
    }

    private Keypair initiated() {
        return Peers.keypair(home, peer, true);
    }

    private Keypair answered() {
        return Peers.keypair(home, peer, false);
    }
}
