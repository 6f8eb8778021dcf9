package dev.sekisho.dataplane.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.crypto.Aead;
import dev.sekisho.crypto.ChaCha20Poly1305;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.wire.InitiationView;
import dev.sekisho.dataplane.wire.MessageType;
import dev.sekisho.dataplane.wire.ResponseView;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two parties, Alice who initiates and Bob who responds.
class HandshakerTest {
    private static final byte[] NOTHING = new byte[0];

    /// All points whose product with any clamped scalar is zero (https://cr.yp.to/ecdh.html#validate).
    private static final List<String> LOW_ORDER = List.of(
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

    private final Party alice = new Party("192.0.2.1:1111", 1);
    private final Party bob = new Party("[2001:db8::2]:2222", 2);
    private HandshakePeer bobAtAlice;
    private HandshakePeer aliceAtBob;

    @BeforeEach
    void introduce() {
        bobAtAlice = alice.meet(bob);
        aliceAtBob = bob.meet(alice);
    }

    private static void assertTalks(Keypair sender, Keypair receiver) {
        Aead aead = ChaCha20Poly1305.create();
        byte[] text = "a packet".getBytes(StandardCharsets.UTF_8);
        byte[] sealed = aead.seal(sender.sendKey(), 7, NOTHING, text);
        assertThat(aead.open(receiver.receiveKey(), 7, NOTHING, sealed)).isEqualTo(text);
        assertThat(aead.open(receiver.sendKey(), 7, NOTHING, sealed)).isNull();
        assertThat(sender.remoteIndex()).isEqualTo(receiver.localIndex());
    }

    private void handshake() {
        bob.receive(alice, alice.initiate(bobAtAlice));
        alice.receive(bob, bob.lastSent());
    }

    @Test
    void twoPartiesAgreeOnKeys() {
        handshake();
        assertThat(alice.drops).isEmpty();
        assertThat(bob.drops).isEmpty();
        Keypair atAlice = alice.lastKeypair();
        Keypair atBob = bob.lastKeypair();
        assertTalks(atAlice, atBob);
        assertTalks(atBob, atAlice);
        assertThat(atAlice.isInitiator()).isTrue();
        assertThat(atBob.isInitiator()).isFalse();
        assertThat(atAlice.peer()).isSameAs(bobAtAlice);
        assertThat(atAlice.createdNanos()).isEqualTo(alice.nowNanos);
        assertThat(atAlice.createdEpochNanos()).isEqualTo(alice.wallNanos);
        assertThat(alice.indexes.keypair(atAlice.localIndex())).isSameAs(atAlice);
        assertThat(bob.indexes.keypair(atBob.localIndex())).isSameAs(atBob);
        assertThat(alice.indexes.size()).isEqualTo(1);
        assertThat(bob.indexes.size()).isEqualTo(1);
    }

    @Test
    void theResponderKnowsTheKeysBeforeItsResponseLeaves() {
        bob.receive(alice, alice.initiate(bobAtAlice));
        assertThat(bob.calls).containsExactly("established", "send");
    }

    @Test
    void partiesWithTheSamePresharedKeyAgree() {
        SecretKey psk = SecretKey.generate(new SeededEntropy(3));
        bobAtAlice.presharedKey(psk);
        aliceAtBob.presharedKey(psk);
        handshake();
        assertTalks(alice.lastKeypair(), bob.lastKeypair());
        assertThat(bobAtAlice.presharedKey().orElseThrow().constantTimeEquals(psk))
                .isTrue();
    }

    @Test
    void theZeroPresharedKeyIsNone() {
        bobAtAlice.presharedKey(SecretKey.generate(new SeededEntropy(3)));
        bobAtAlice.presharedKey(SecretKey.copyOf(new byte[32], 0));
        assertThat(bobAtAlice.presharedKey()).isEmpty();
        handshake();
        assertTalks(alice.lastKeypair(), bob.lastKeypair());
    }

    @Test
    void refusesAResponseUnderAnotherPresharedKey() {
        bobAtAlice.presharedKey(SecretKey.generate(new SeededEntropy(3)));
        aliceAtBob.presharedKey(SecretKey.generate(new SeededEntropy(4)));
        handshake();
        assertThat(alice.lastDrop()).isEqualTo(HandshakeDrop.FORGED_RESPONSE);
        assertThat(alice.established).isEmpty();
    }

    @Test
    void bothSidesMayBeginAtOnce() {
        byte[] fromAlice = alice.initiate(bobAtAlice);
        byte[] fromBob = bob.initiate(aliceAtBob);
        alice.receive(bob, fromBob);
        bob.receive(alice, fromAlice);
        byte[] answerOfAlice = alice.lastSent();
        alice.receive(bob, bob.lastSent());
        bob.receive(alice, answerOfAlice);
        assertTalks(alice.established.get(0), bob.established.get(1));
        assertTalks(alice.established.get(1), bob.established.get(0));
    }

    @Test
    void refusesAReplayedInitiation() {
        byte[] initiation = alice.initiate(bobAtAlice);
        bob.receive(alice, initiation);
        bob.receive(alice, initiation);
        assertThat(bob.drops).containsExactly(HandshakeDrop.REPLAYED_INITIATION);
        assertThat(bob.sent).hasSize(1);
        assertThat(bob.indexes.size()).isEqualTo(1);
    }

    @Test
    void refusesAnInitiationOlderThanTheNewest() {
        byte[] older = alice.initiate(bobAtAlice);
        byte[] newer = alice.initiate(bobAtAlice);
        bob.receive(alice, newer);
        bob.receive(alice, older);
        assertThat(bob.drops).containsExactly(HandshakeDrop.REPLAYED_INITIATION);
    }

    @Test
    void acceptsInitiationsAfterTheClockOfTheInitiatorStepsBack() {
        handshake();
        alice.wallNanos -= 3600 * Party.SECOND;
        handshake();
        assertThat(bob.drops).isEmpty();
        assertTalks(alice.lastKeypair(), bob.lastKeypair());
    }

    @Test
    void dropsInitiationsThatFollowTooFast() {
        byte[] first = alice.initiate(bobAtAlice);
        byte[] second = alice.initiate(bobAtAlice);
        bob.receiveNow(alice.endpoint, first);
        bob.advance(19_999_999);
        bob.receiveNow(alice.endpoint, second);
        assertThat(bob.drops).containsExactly(HandshakeDrop.INITIATION_FLOOD);
        bob.advance(1);
        bob.receiveNow(alice.endpoint, second);
        assertThat(bob.established).hasSize(2);
    }

    @Test
    void dropsALateOrRepeatedResponse() {
        handshake();
        byte[] response = bob.lastSent();
        alice.receive(bob, response);
        assertThat(alice.drops).containsExactly(HandshakeDrop.NO_PENDING_HANDSHAKE);
        assertThat(alice.established).hasSize(1);
        alice.indexes.release(alice.lastKeypair().localIndex());
        alice.receive(bob, response);
        assertThat(alice.lastDrop()).isEqualTo(HandshakeDrop.NO_PENDING_HANDSHAKE);
    }

    @Test
    void aNewInitiationSupersedesThePendingOne() {
        bob.receive(alice, alice.initiate(bobAtAlice));
        byte[] responseToFirst = bob.lastSent();
        byte[] second = alice.initiate(bobAtAlice);
        assertThat(alice.indexes.size()).isEqualTo(1);
        alice.receive(bob, responseToFirst);
        assertThat(alice.drops).containsExactly(HandshakeDrop.NO_PENDING_HANDSHAKE);
        bob.receive(alice, second);
        alice.receive(bob, bob.lastSent());
        assertTalks(alice.lastKeypair(), bob.lastKeypair());
    }

    @Test
    void abandoningFreesTheIndex() {
        bob.receive(alice, alice.initiate(bobAtAlice));
        alice.handshaker.abandon(bobAtAlice);
        alice.handshaker.abandon(bobAtAlice);
        assertThat(alice.indexes.size()).isZero();
        alice.receive(bob, bob.lastSent());
        assertThat(alice.drops).containsExactly(HandshakeDrop.NO_PENDING_HANDSHAKE);
    }

    @Test
    void afterAHandshakeItsIndexBelongsToTheKeyPair() {
        handshake();
        Keypair keypair = alice.lastKeypair();
        alice.handshaker.abandon(bobAtAlice);
        assertThat(alice.indexes.keypair(keypair.localIndex())).isSameAs(keypair);
        alice.initiate(bobAtAlice);
        assertThat(alice.indexes.keypair(keypair.localIndex())).isSameAs(keypair);
        assertThat(alice.indexes.size()).isEqualTo(2);
        alice.peers.remove(bobAtAlice);
        assertThat(alice.indexes.keypair(keypair.localIndex())).isSameAs(keypair);
        assertThat(alice.indexes.size()).isEqualTo(1);
    }

    @Test
    void aRemovedPeerIsUnknownAndLeavesNoIndex() {
        bob.receive(alice, alice.initiate(bobAtAlice));
        assertThat(alice.peers.remove(bobAtAlice)).isTrue();
        assertThat(alice.peers.remove(bobAtAlice)).isFalse();
        assertThat(alice.indexes.size()).isZero();
        alice.receive(bob, bob.lastSent());
        alice.receive(bob, bob.initiate(aliceAtBob));
        alice.handshaker.initiate(alice.nowNanos, alice.wallNanos, bobAtAlice, bob.endpoint, alice);
        assertThat(alice.drops)
                .containsExactly(
                        HandshakeDrop.NO_PENDING_HANDSHAKE, HandshakeDrop.UNKNOWN_PEER, HandshakeDrop.PEER_REMOVED);
    }

    @Test
    void dropsAnInitiationOfAStranger() {
        Party mallory = new Party("192.0.2.66:6666", 66);
        bob.receive(mallory, mallory.initiate(mallory.meet(bob)));
        assertThat(bob.drops).containsExactly(HandshakeDrop.UNKNOWN_PEER);
        assertThat(bob.sent).isEmpty();
        assertThat(bob.indexes.size()).isZero();
    }

    @Test
    void refusesOurselvesAsPeerAndAsInitiator() {
        assertThat(bob.peers.add(new HandshakePeer(bob.publicKey(), bob))).isFalse();
        bob.receive(bob, new PaperInitiator(bob.identity, bob.publicKey(), bob.wallNanos).initiation(5));
        assertThat(bob.drops).containsExactly(HandshakeDrop.FROM_OURSELVES);
        assertThat(bob.sent).isEmpty();
    }

    @Test
    void withoutIdentityNothingHappens() {
        byte[] initiation = alice.initiate(bobAtAlice);
        bob.peers.identity(null);
        bob.receive(alice, initiation);
        bob.handshaker.initiate(bob.nowNanos, bob.wallNanos, aliceAtBob, alice.endpoint, bob);
        assertThat(bob.drops).containsExactly(HandshakeDrop.NO_IDENTITY, HandshakeDrop.NO_IDENTITY);
        assertThat(bob.identity.privateKey().isWiped()).isTrue();
    }

    @Test
    void aNewIdentityEndsRunningHandshakesAndMakesNewSecrets() {
        bob.receive(alice, alice.initiate(bobAtAlice));
        LocalIdentity next = LocalIdentity.of(SecretKey.generate(new SeededEntropy(77)));
        assertThat(alice.peers.identity(next)).isEmpty();
        assertThat(alice.indexes.size()).isZero();
        alice.receive(bob, bob.lastSent());
        assertThat(alice.lastDrop()).isEqualTo(HandshakeDrop.INVALID_MAC1);
        bob.receive(alice, alice.initiate(bobAtAlice));
        assertThat(bob.lastDrop()).isEqualTo(HandshakeDrop.UNKNOWN_PEER);
        bob.peers.add(new HandshakePeer(next.publicKey(), alice));
        bob.receive(alice, alice.initiate(bobAtAlice));
        alice.receive(bob, bob.lastSent());
        assertTalks(alice.lastKeypair(), bob.lastKeypair());
    }

    @Test
    void aPeerWhoseKeyBecomesOursHasToGo() {
        LocalIdentity next = LocalIdentity.of(SecretKey.generate(new SeededEntropy(77)));
        HandshakePeer doomed = new HandshakePeer(next.publicKey(), this);
        alice.peers.add(doomed);
        assertThat(alice.peers.identity(next)).contains(doomed);
        assertThat(alice.peers.find(next.publicKey())).isNull();
        assertThat(alice.peers.size()).isEqualTo(1);
    }

    @Test
    void refusesToInitiateToAPointOfLowOrder() {
        for (String point : LOW_ORDER) {
            HandshakePeer bad = new HandshakePeer(PublicKey.parseHex(point), this);
            alice.peers.add(bad);
            alice.handshaker.initiate(alice.nowNanos, alice.wallNanos, bad, bob.endpoint, alice);
            assertThat(alice.lastDrop()).as(point).isEqualTo(HandshakeDrop.INVALID_POINT);
        }
        assertThat(alice.sent).isEmpty();
        assertThat(alice.indexes.size()).isZero();
    }

    @Test
    void refusesAnInitiationWithAnEphemeralOfLowOrder() {
        for (String point : LOW_ORDER) {
            byte[] initiation = alice.initiate(bobAtAlice);
            PublicKey.parseHex(point).copyTo(initiation, InitiationView.EPHEMERAL);
            Remac.mac1(initiation, InitiationView.MAC1, bob.identity);
            bob.receive(alice, initiation);
            assertThat(bob.lastDrop()).as(point).isEqualTo(HandshakeDrop.INVALID_POINT);
        }
        assertThat(bob.established).isEmpty();
        assertThat(bob.indexes.size()).isZero();
    }

    @Test
    void refusesAResponseWithAnEphemeralOfLowOrder() {
        bob.receive(alice, alice.initiate(bobAtAlice));
        for (String point : LOW_ORDER) {
            byte[] response = bob.lastSent().clone();
            PublicKey.parseHex(point).copyTo(response, ResponseView.EPHEMERAL);
            Remac.mac1(response, ResponseView.MAC1, alice.identity);
            alice.receive(bob, response);
            assertThat(alice.lastDrop()).as(point).isEqualTo(HandshakeDrop.FORGED_RESPONSE);
        }
        alice.receive(bob, bob.lastSent());
        assertThat(alice.established).hasSize(1);
    }

    @Test
    void aSinkThatFailsLeaksNoIndexAndNoKey() {
        byte[] initiation = alice.initiate(bobAtAlice);
        bob.refuses = true;
        assertThatThrownBy(() -> bob.receive(alice, initiation)).hasMessage("the sink refuses");
        assertThat(bob.indexes.size()).isZero();
        assertThat(bob.sent).isEmpty();
    }

    @Test
    void aFullIndexTableIsADropAndNotAnError() {
        while (bob.indexes.reserve(aliceAtBob, bob.entropy) != IndexTable.NONE) {
            assertThat(bob.indexes.size()).isLessThan(10_000);
        }
        int full = bob.indexes.size();
        bob.receive(alice, alice.initiate(bobAtAlice));
        bob.handshaker.initiate(bob.nowNanos, bob.wallNanos, aliceAtBob, alice.endpoint, bob);
        assertThat(bob.drops).containsExactly(HandshakeDrop.NO_FREE_INDEX, HandshakeDrop.NO_FREE_INDEX);
        assertThat(bob.indexes.size()).isEqualTo(full);
    }

    @Test
    void destroyedKeysAreWiped() {
        handshake();
        Keypair keypair = alice.lastKeypair();
        keypair.destroy();
        assertThat(keypair.sendKey().isWiped()).isTrue();
        assertThat(keypair.receiveKey().isWiped()).isTrue();
    }

    @Test
    void nothingSecretIsPrinted() {
        handshake();
        String text = alice.lastKeypair() + " " + bobAtAlice + " " + alice.identity;
        assertThat(text).contains(bob.publicKey().toString(), alice.publicKey().toString());
        assertThat(text.length()).isLessThan(300);
    }

    @Test
    void countersAreTakenOnce() {
        handshake();
        Keypair keypair = alice.lastKeypair();
        assertThat(keypair.nextCounter()).isZero();
        assertThat(keypair.nextCounter()).isEqualTo(1);
        assertThat(keypair.sentCount()).isEqualTo(2);
    }

    @Test
    void messagesHaveTheirTypeAndLength() {
        byte[] initiation = alice.initiate(bobAtAlice);
        bob.receive(alice, initiation);
        assertThat(MessageType.of(MemorySegment.ofArray(initiation), 0, initiation.length))
                .isEqualTo(MessageType.INITIATION);
        byte[] response = bob.lastSent();
        assertThat(MessageType.of(MemorySegment.ofArray(response), 0, response.length))
                .isEqualTo(MessageType.RESPONSE);
    }
}
