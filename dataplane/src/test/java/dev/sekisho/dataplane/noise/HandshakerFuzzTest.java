package dev.sekisho.dataplane.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sekisho.dataplane.wire.CookieReplyView;
import dev.sekisho.dataplane.wire.InitiationView;
import dev.sekisho.dataplane.wire.ResponseView;

/// Whatever arrives, the handshaker throws nothing, counts what it drops and leaks no index.
class HandshakerFuzzTest {
    private static final int FLAG_UNDER_LOAD = 1;
    private static final int FLAG_RIGHT_MAC1 = 2;

    /// Made anew for every input: a fuzzing run keeps the test object.
    private Party alice = alice();
    private Party bob = bob();

    private static Party alice() {
        return new Party("192.0.2.1:1111", 1);
    }

    private static Party bob() {
        return new Party("[2001:db8::2]:2222", 2);
    }

    /// A message as it is; the first byte is a set of flags and not part of it.
    @FuzzTest
    void anyBytesAreDroppedOrAnswered(byte[] input) {
        if (input.length == 0) {
            return;
        }
        alice = alice();
        bob = bob();
        HandshakePeer aliceAtBob = bob.meet(alice);
        bob.initiate(aliceAtBob);
        bob.underLoad = (input[0] & FLAG_UNDER_LOAD) != 0;
        byte[] message = new byte[input.length - 1];
        System.arraycopy(input, 1, message, 0, message.length);
        int mac1Offset = message.length == InitiationView.BYTES ? InitiationView.MAC1 : ResponseView.MAC1;
        if ((input[0] & FLAG_RIGHT_MAC1) != 0 && message.length >= ResponseView.BYTES) {
            Remac.mac1(message, Math.min(mac1Offset, message.length - Mac.BYTES), bob.identity);
        }
        bob.receive(alice, message);
        assertThat(bob.calls.size()).isBetween(1, 3);
        assertThat(bob.indexes.size()).isEqualTo(1 + responses());
    }

    /// Edits of a genuine message: which message, then pairs of position and value.
    @FuzzTest
    void editedMessagesChangeNothing(byte[] input) {
        if (input.length < 2) {
            return;
        }
        alice = alice();
        bob = bob();
        HandshakePeer bobAtAlice = alice.meet(bob);
        bob.meet(alice);
        byte[] initiation = alice.initiate(bobAtAlice);
        bob.underLoad = (input[0] & FLAG_UNDER_LOAD) != 0;
        if (bob.underLoad) {
            bob.receive(alice, initiation);
            alice.receive(bob, edited(bob.lastSent(), input, CookieReplyView.BYTES));
            assertThat(alice.established).isEmpty();
        } else if ((input[1] & 1) == 0) {
            bob.receive(alice, edited(initiation, input, InitiationView.MAC1));
            assertThat(bob.indexes.size()).isEqualTo(responses());
        } else {
            bob.receive(alice, initiation);
            alice.receive(bob, edited(bob.lastSent(), input, ResponseView.MAC1));
        }
        assertThat(alice.indexes.size()).isEqualTo(1);
    }

    private int responses() {
        return bob.established.size()
                - (int) bob.established.stream().filter(Keypair::isInitiator).count();
    }

    private byte[] edited(byte[] genuine, byte[] input, int mac1Offset) {
        byte[] message = genuine.clone();
        for (int i = 2; i + 1 < input.length; i += 2) {
            message[(input[i] & 0xff) % message.length] = input[i + 1];
        }
        if ((input[0] & FLAG_RIGHT_MAC1) != 0 && mac1Offset < message.length) {
            LocalIdentity receiver = message.length == InitiationView.BYTES ? bob.identity : alice.identity;
            Remac.mac1(message, mac1Offset, receiver);
        }
        return message;
    }
}
