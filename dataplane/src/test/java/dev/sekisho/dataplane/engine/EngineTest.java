package dev.sekisho.dataplane.engine;

import static dev.sekisho.dataplane.engine.Tunnel.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.crypto.ChaCha20Poly1305;
import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.sim.InnerPackets;
import dev.sekisho.dataplane.testkit.Seeds;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.dataplane.wire.TransportView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EngineTest {
    private static final int VIRTIO = 10;
    private static final int OVERHEAD = 32;

    private final Tunnel a = new Tunnel("192.0.2.1:1001");
    private final Tunnel b = new Tunnel("192.0.2.2:1002");
    private final Peer bAtA = a.peer(Optional.of(b.address), "10.0.0.2/32", "fd00::2/128");
    private final Peer aAtB = b.peer(Optional.of(a.address), "10.0.0.1/32", "fd00::1/128");
    private long nextId = 1;

    @Test
    void packetsCrossBothWays() {
        connect();
        for (int bytes : new int[] {8, 9, 24, 100, 1391, 1392}) {
            byte[] there = toB(bytes);
            byte[] back = InnerPackets.udp("fd00::2", "fd00::1", nextId++, Math.min(bytes, 1372));
            a.send(there);
            b.receiveAll(a);
            assertThat(lastPacket(b)).isEqualTo(there);
            b.send(back);
            a.receiveAll(b);
            assertThat(lastPacket(a)).isEqualTo(back);
        }
        assertThat(a.engine.drops().total() + b.engine.drops().total()).isZero();
    }

    @Test
    void aFrameWithoutKeyWaitsAndAsksForOneHandshake() {
        a.send(toB(8));
        a.send(toB(16));
        assertThat(a.trains).isEmpty();
        assertThat(a.initiations).containsExactly(bAtA);
        Tunnel.connect(a, bAtA, b, aAtB);
        a.engine.flush(0);
        b.receiveAll(a);
        assertThat(b.frames).hasSize(2);
        assertThat(InnerPackets.id(packet(b.frames.get(0)))).isEqualTo(1);
        assertThat(InnerPackets.id(packet(b.frames.get(1)))).isEqualTo(2);
    }

    @Test
    void theInitiatorConfirmsWithAnEmptyPacketWhenNothingWaits() {
        Tunnel.connect(a, bAtA, b, aAtB);
        a.engine.flush(0);
        assertThat(a.datagrams()).hasSize(1).allMatch(d -> d.length == OVERHEAD);
        assertThat(aAtB.keypairs().current()).isNull();
        b.receiveAll(a);
        assertThat(aAtB.keypairs().current()).isNotNull();
        assertThat(b.frames).isEmpty();
    }

    @Test
    void theResponderSendsNothingBeforeTheKeyIsConfirmed() {
        b.send(toA(8));
        b.send(toA(9));
        Tunnel.connect(a, bAtA, b, aAtB);
        b.engine.flush(0);
        assertThat(b.trains).isEmpty();
        a.engine.flush(0);
        b.receiveAll(a);
        assertThat(b.datagrams()).hasSize(2);
        a.receiveAll(b);
        assertThat(a.frames).hasSize(2);
        assertThat(InnerPackets.id(packet(a.frames.get(0)))).isEqualTo(1);
    }

    @Test
    void dataBeforeTheWordOfItsSessionConfirmsIt() {
        b.send(toA(8));
        var session = Tunnel.session(a, bAtA, b, aAtB);
        a.engine.onCommand(0, new EngineCommand.SessionEstablished(bAtA, session.initiator(), b.address));
        a.send(toB(8));
        b.receiveAll(a);
        assertThat(b.frames).hasSize(1);
        assertThat(b.trains).isEmpty();
        b.engine.onCommand(0, new EngineCommand.SessionEstablished(aAtB, session.responder(), a.address));
        b.engine.flush(0);
        assertThat(aAtB.keypairs().current()).isSameAs(session.responder());
        assertThat(b.datagrams()).hasSize(1);
    }

    @Test
    void equalPacketsOfSeveralFramesShareATrain() {
        connect();
        for (int i = 0; i < 70; i++) {
            a.offer(toB(100));
        }
        a.offer(toB(50));
        a.offer(toB(50));
        a.offer(toB(100));
        a.engine.flush(0);
        assertThat(a.trains.stream().map(t -> t.datagrams().size())).containsExactly(64, 7, 1, 1);
        assertThat(a.flushes).isGreaterThan(0);
        b.receiveAll(a);
        assertThat(b.drops(DropReason.NOT_AUTHENTIC)).isZero();
        assertThat(packetsOf(b)).isEqualTo(73);
    }

    @Test
    void aTrainHasOnePeer() {
        connect();
        Tunnel c = new Tunnel("192.0.2.3:1003");
        Peer cAtA = a.peer(Optional.of(c.address), "10.0.0.3/32");
        Peer aAtC = c.peer(Optional.of(a.address), "10.0.0.1/32");
        Tunnel.connect(a, cAtA, c, aAtC);
        a.engine.flush(0);
        a.trains.clear();
        for (int i = 0; i < 6; i++) {
            a.offer(InnerPackets.udp("10.0.0.1", i % 2 == 0 ? "10.0.0.2" : "10.0.0.3", nextId++, 64));
        }
        a.engine.flush(0);
        assertThat(a.trains).hasSize(6);
        assertThat(a.trains.get(0).to()).isEqualTo(b.address);
        assertThat(a.trains.get(1).to()).isEqualTo(c.address);
    }

    @Test
    void trainsStayBelowTheLargestDatagramAndTheSlabTurnsOver() {
        connect();
        a.flushes = 0;
        for (int i = 0; i < 1500; i++) {
            a.offer(toB(1392));
        }
        a.engine.flush(0);
        assertThat(a.flushes).isGreaterThan(1);
        assertThat(a.trains)
                .allMatch(t -> t.datagrams().stream().mapToInt(d -> d.length).sum() <= Limits.TRAIN_BYTES);
        assertThat(a.trains.getFirst().datagrams()).hasSize(Limits.TRAIN_BYTES / (1420 + OVERHEAD));
        b.receiveAll(a);
        assertThat(packetsOf(b)).isEqualTo(1500);
    }

    @Test
    void paddingFillsUpToSixteenButNotBeyondTheMtu() {
        assertThat(Sealer.paddedBytes(1, 1420)).isEqualTo(16);
        assertThat(Sealer.paddedBytes(16, 1420)).isEqualTo(16);
        assertThat(Sealer.paddedBytes(1409, 1420)).isEqualTo(1420);
        assertThat(Sealer.paddedBytes(1420, 1420)).isEqualTo(1420);
        assertThat(Sealer.paddedBytes(1421, 1420)).isEqualTo(1421);
        assertThat(Sealer.paddedBytes(20, 5)).isEqualTo(20);
    }

    @Test
    void paddingIsZeroAndLeavesTheBytesBehindThePacketAlone() {
        var session = connect();
        a.trains.clear();
        byte[] packet = toB(9);
        int bytes = InnerPackets.writeFrame(a.scratch, 0, packet);
        a.scratch.asSlice(bytes, 32).fill((byte) 0x77);
        a.engine.onTunFrame(0, a.scratch, 0, bytes);
        a.engine.flush(0);
        assertThat(a.scratch.asSlice(bytes, 32).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0x77);
        byte[] plaintext = opened(session.initiator(), a.datagrams().getFirst());
        assertThat(plaintext).hasSize(48).startsWith(packet);
        assertThat(Arrays.copyOfRange(plaintext, packet.length, plaintext.length))
                .containsOnly(0);
    }

    @Test
    void aRepeatedMessageIsDropped() {
        connect();
        a.send(toB(8));
        byte[] datagram = a.datagrams().getFirst();
        b.receive(a.address, datagram);
        b.receive(a.address, datagram);
        b.receive(Endpoint.parse("203.0.113.1:1"), datagram);
        assertThat(b.frames).hasSize(1);
        assertThat(b.drops(DropReason.REPLAYED)).isEqualTo(2);
        assertThat(aAtB.endpoint()).as("a replay moves nobody").isEqualTo(a.address);
    }

    @Test
    void aReflectedMessageIsDropped() {
        connect();
        a.send(toB(8));
        a.receive(b.address, a.datagrams().getFirst());
        assertThat(a.drops(DropReason.UNKNOWN_INDEX) + a.drops(DropReason.NOT_AUTHENTIC))
                .isOne();
        assertThat(a.frames).isEmpty();
    }

    @Test
    void everyChangedBitIsNoticed() {
        connect();
        a.send(toB(8));
        byte[] datagram = a.datagrams().getFirst();
        for (int bit = 0; bit < datagram.length * 8; bit++) {
            byte[] changed = datagram.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            b.receive(a.address, changed);
        }
        assertThat(b.frames).isEmpty();
        b.receive(a.address, datagram);
        assertThat(b.frames).hasSize(1);
    }

    @Test
    void anInnerSourceOfSomebodyElseIsDropped() {
        connect();
        Peer other = b.peer(Optional.empty(), "10.0.0.9/32");
        a.send(InnerPackets.udp("10.0.0.9", "10.0.0.2", 1, 8));
        a.send(InnerPackets.udp("172.16.0.1", "10.0.0.2", 2, 8));
        a.send(InnerPackets.udp("fd00::9", "fd00::2", 3, 8));
        b.receiveAll(a);
        assertThat(b.frames).isEmpty();
        assertThat(b.drops(DropReason.SPOOFED_SOURCE)).isEqualTo(3);
        assertThat(other.receivedBytes()).isZero();
    }

    @Test
    void theSourceCheckLooksAtEveryPacketOfAMessage() {
        connect();
        for (String source : List.of("10.0.0.1", "10.0.0.1", "0.0.0.0", "10.0.0.9", "10.0.0.1")) {
            a.offer(InnerPackets.udp(source, "10.0.0.2", nextId++, 8));
        }
        a.engine.flush(0);
        assertThat(a.trains).hasSize(1);
        b.receiveAll(a);
        assertThat(packetsOf(b)).isEqualTo(3);
        assertThat(b.drops(DropReason.SPOOFED_SOURCE)).isEqualTo(2);
    }

    @Test
    void aMessageUnderTwoKeysIsCheckedForEach() {
        connect();
        Tunnel c = new Tunnel("192.0.2.3:1003");
        Peer bAtC = c.peer(Optional.of(b.address), "10.0.0.2/32");
        Peer cAtB = b.peer(Optional.empty(), "10.0.0.3/32");
        Tunnel.connect(c, bAtC, b, cAtB);
        a.trains.clear();
        c.trains.clear();
        a.send(toB(8));
        c.send(InnerPackets.udp("10.0.0.1", "10.0.0.2", nextId++, 8));
        long receivedFromA = aAtB.receivedBytes();
        List<byte[]> both = List.of(a.datagrams().getFirst(), c.datagrams().getLast());
        b.receive(a.address, new Tunnel.Train(b.address, both));
        b.engine.flush(0);
        assertThat(packetsOf(b)).isOne();
        assertThat(b.drops(DropReason.SPOOFED_SOURCE)).isOne();
        assertThat(aAtB.receivedBytes()).as("each peer gets its own").isGreaterThan(receivedFromA);
        assertThat(cAtB.keypairs().current()).as("authentic all the same").isNotNull();
    }

    @Test
    void contentThatIsNoWholeIpPacketIsDropped() {
        connect();
        byte[] packet = toB(8);
        for (int version : new int[] {0, 1, 5, 15}) {
            sealRaw(changed(packet, 0, (byte) (version << 4 | 5)));
        }
        sealRaw(changed(packet, 2, (byte) 9));
        sealRaw(changed(packet, 0, (byte) 0x44));
        sealRaw(Arrays.copyOf(packet, 19));
        sealRaw(new byte[16]);
        sealRaw(Arrays.copyOf(InnerPackets.udp("fd00::1", "fd00::2", 9, 8), 39));
        sealRaw(changed(InnerPackets.udp("fd00::1", "fd00::2", 9, 8), 4, (byte) 1));
        assertThat(b.drops(DropReason.MALFORMED_INNER)).isEqualTo(10);
        assertThat(b.frames).isEmpty();
    }

    @Test
    void junkIsCountedAndNothingElse() {
        connect();
        int initiations = b.handshakes.size();
        SplittableRandom random = Seeds.random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] junk = new byte[random.nextInt(1, 200)];
            random.nextBytes(junk);
            if (junk.length > 4 && random.nextBoolean()) {
                Arrays.fill(junk, 0, 4, (byte) 0);
                junk[0] = (byte) random.nextInt(6);
            }
            b.receive(a.address, junk);
        }
        assertThat(b.frames).isEmpty();
        assertThat(b.engine.drops().total() + b.handshakes.size() - initiations).isEqualTo(20_000);
    }

    @Test
    void anEmptyMessageIsMalformed() {
        b.engine.onDatagrams(0, a.address, b.scratch, 0, 0, 0);
        assertThat(b.drops(DropReason.MALFORMED_MESSAGE)).isOne();
    }

    @Test
    void handshakeMessagesOfExactLengthGoToTheHandshaker() {
        for (int[] message : new int[][] {{1, 148}, {2, 92}, {3, 64}}) {
            byte[] bytes = new byte[message[1]];
            bytes[0] = (byte) message[0];
            b.receive(a.address, bytes);
            b.receive(a.address, Arrays.copyOf(bytes, bytes.length + 1));
            b.receive(a.address, Arrays.copyOf(bytes, bytes.length - 1));
        }
        assertThat(b.handshakes).containsExactly(148, 92, 64);
        assertThat(b.drops(DropReason.MALFORMED_MESSAGE)).isEqualTo(6);
    }

    @Test
    void theEndpointFollowsAuthenticMessages() {
        connect();
        b.events.clear();
        Endpoint moved = Endpoint.parse("198.51.100.7:7");
        a.send(toB(8));
        b.receive(moved, a.trains.getFirst());
        b.engine.flush(0);
        assertThat(aAtB.endpoint()).isEqualTo(moved);
        assertThat(b.events).containsExactly(new EngineEvent.Roamed(aAtB, a.address, moved));
        b.send(toA(8));
        assertThat(b.trains.getLast().to()).isEqualTo(moved);
    }

    @Test
    void aNewSourceAddressIsKeptWithoutAnEvent() {
        connect();
        b.events.clear();
        Endpoint sticky = Endpoint.of(0, a.address.addressLow(), a.address.port(), 0, 0, b.address.addressLow(), 3);
        a.send(toB(8));
        b.receive(sticky, a.trains.getFirst());
        b.engine.flush(0);
        assertThat(aAtB.endpoint()).isSameAs(sticky);
        assertThat(b.events).isEmpty();
    }

    @Test
    void configurationSetsTheEndpointUntilTheNextMessage() {
        connect();
        Endpoint configured = Endpoint.parse("198.51.100.9:9");
        b.engine.onCommand(0, new EngineCommand.UpdatePeer(aAtB, Optional.of(configured), OptionalInt.empty()));
        assertThat(aAtB.endpoint()).isEqualTo(configured);
        a.send(toB(8));
        b.receiveAll(a);
        assertThat(aAtB.endpoint()).isEqualTo(a.address);
    }

    @Test
    void persistentKeepaliveSendsAtOnceAndThenInItsTime() {
        connect();
        a.engine.onCommand(0, new EngineCommand.UpdatePeer(bAtA, Optional.empty(), OptionalInt.of(25)));
        a.engine.flush(0);
        assertThat(a.datagrams()).hasSize(1).allMatch(d -> d.length == OVERHEAD);
        assertThat(a.engine.nextDeadlineNanos()).isLessThanOrEqualTo(25 * SECOND);
        a.advance(25 * SECOND - 1);
        assertThat(a.datagrams()).hasSize(1);
        a.advance(1);
        assertThat(a.datagrams()).hasSize(2);
        a.engine.onCommand(a.nowNanos, new EngineCommand.UpdatePeer(bAtA, Optional.empty(), OptionalInt.of(0)));
        a.advance(80 * SECOND);
        assertThat(a.datagrams()).hasSize(2);
    }

    @Test
    void enablingPersistentKeepaliveWithoutKeyBeginsAHandshake() {
        a.engine.onCommand(0, new EngineCommand.UpdatePeer(bAtA, Optional.empty(), OptionalInt.of(25)));
        assertThat(a.initiations).containsExactly(bAtA);
    }

    @Test
    void keysExpireInBothDirections() {
        connect();
        a.send(toB(8));
        byte[] late = a.datagrams().getFirst();
        a.nowNanos = Limits.REJECT_AFTER_TIME_NANOS;
        b.nowNanos = Limits.REJECT_AFTER_TIME_NANOS;
        b.receive(a.address, late);
        assertThat(b.drops(DropReason.EXPIRED_KEY)).isOne();
        a.trains.clear();
        a.send(toB(8));
        assertThat(a.trains).isEmpty();
        assertThat(bAtA.staged().size()).isOne();
        assertThat(a.initiations).hasSize(1);
    }

    @Test
    void keysHoldToTheLastNanosecond() {
        connect();
        a.nowNanos = Limits.REJECT_AFTER_TIME_NANOS - 1;
        b.nowNanos = Limits.REJECT_AFTER_TIME_NANOS - 1;
        a.send(toB(8));
        b.receiveAll(a);
        assertThat(b.frames).hasSize(1);
    }

    @Test
    void onlyTheInitiatorRenewsByAgeWhenSending() {
        connect();
        a.nowNanos = Limits.REKEY_AFTER_TIME_NANOS - 1;
        a.send(toB(8));
        assertThat(a.initiations).isEmpty();
        a.nowNanos++;
        b.nowNanos = a.nowNanos;
        a.send(toB(8));
        a.send(toB(8));
        assertThat(a.initiations).containsExactly(bAtA);
        b.receiveAll(a);
        b.send(toA(8));
        assertThat(b.initiations).isEmpty();
    }

    @Test
    void theInitiatorRenewsOnceWhenItOnlyReceives() {
        connect();
        a.nowNanos = 165 * SECOND - 1;
        b.nowNanos = a.nowNanos;
        b.send(toA(8));
        a.receiveAll(b);
        assertThat(a.initiations).isEmpty();
        for (int i = 0; i < 3; i++) {
            a.nowNanos = (165 + 5L * i) * SECOND;
            b.nowNanos = a.nowNanos;
            b.send(toA(8));
            a.receiveAll(b);
        }
        assertThat(a.initiations).containsExactly(bAtA);
    }

    @Test
    void bothSidesRenewByMessageCount() {
        var session = connect();
        b.nowNanos = 6 * SECOND;
        setSentCount(session.responder(), Limits.REKEY_AFTER_MESSAGES - 1);
        b.send(toA(8));
        assertThat(b.initiations).isEmpty();
        b.send(toA(8));
        assertThat(b.initiations).containsExactly(aAtB);
    }

    @Test
    void noMessageIsSealedPastTheLastCounter() {
        var session = connect();
        a.trains.clear();
        setSentCount(session.initiator(), Limits.REJECT_AFTER_MESSAGES - 1);
        a.send(toB(8));
        a.send(toB(8));
        assertThat(a.datagrams()).hasSize(1);
        assertThat(bAtA.staged().size()).isOne();
        b.receiveAll(a);
        assertThat(b.frames).as("the last counter is a good one").hasSize(1);
        assertThat(session.initiator().sentCount()).isEqualTo(Limits.REJECT_AFTER_MESSAGES);
    }

    @Test
    void aCounterPastTheLastIsRefusedBeforeTheKeyIsUsed() {
        connect();
        a.send(toB(8));
        byte[] datagram = a.datagrams().getFirst();
        Arrays.fill(datagram, 8, 16, (byte) 0xff);
        b.receive(a.address, datagram);
        assertThat(b.drops(DropReason.EXPIRED_KEY)).isOne();
    }

    @Test
    void aRemovedPeerLeavesNothing() {
        var session = connect();
        a.send(toB(8));
        b.engine.onCommand(0, new EngineCommand.RemovePeer(aAtB));
        b.receiveAll(a);
        assertThat(b.drops(DropReason.UNKNOWN_INDEX)).isOne();
        assertThat(b.indexes.size()).isZero();
        assertThat(session.responder().receiveKey().isWiped()).isTrue();
        assertThat(b.engine.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    /// The snapshot that takes its blocks away comes after the command.
    @Test
    void aRemovedPeerIsNoDestinationThoughTheSnapshotStillNamesIt() {
        connect();
        a.trains.clear();
        a.engine.onCommand(0, new EngineCommand.RemovePeer(bAtA));
        a.send(toB(8));
        assertThat(a.drops(DropReason.NO_PEER)).isOne();
        assertThat(bAtA.staged().size()).isZero();
        assertThat(a.initiations).isEmpty();
        assertThat(a.trains).isEmpty();
        assertThat(a.engine.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aSessionForARemovedPeerIsEnded() {
        var session = Tunnel.session(a, bAtA, b, aAtB);
        b.engine.onCommand(0, new EngineCommand.RemovePeer(aAtB));
        a.engine.onCommand(0, new EngineCommand.SessionEstablished(bAtA, session.initiator(), b.address));
        a.engine.flush(0);
        b.receiveAll(a);
        assertThat(b.drops(DropReason.UNKNOWN_INDEX)).isOne();
        b.engine.onCommand(0, new EngineCommand.SessionEstablished(aAtB, session.responder(), a.address));
        assertThat(b.indexes.size()).isZero();
        assertThat(session.responder().sendKey().isWiped()).isTrue();
    }

    @Test
    void forgottenKeysAreWipedAndTheNextFrameBeginsAnew() {
        var session = connect();
        a.engine.onCommand(0, new EngineCommand.ForgetKeys(bAtA));
        assertThat(session.initiator().sendKey().isWiped()).isTrue();
        a.send(toB(8));
        assertThat(a.initiations).containsExactly(bAtA);
    }

    @Test
    void anotherEnginesPeerIsRefused() {
        assertThatThrownBy(() -> a.engine.onCommand(0, new EngineCommand.RemovePeer(aAtB)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another engine");
    }

    @Test
    void framesThatWaitTooLongAreDroppedAndCounted() {
        a.send(toB(8));
        a.advance(89 * SECOND);
        assertThat(bAtA.staged().size()).isOne();
        a.advance(7 * SECOND);
        assertThat(bAtA.staged().size()).isZero();
        assertThat(a.drops(DropReason.NO_SESSION)).isOne();
        assertThat(a.initiations.size()).isBetween(17, 18);
        assertThat(a.events).contains(new EngineEvent.HandshakeAbandoned(bAtA));
    }

    @Test
    void waitingFramesAreBounded() {
        for (int i = 0; i < Limits.STAGED_PACKETS + 5; i++) {
            a.send(toB(8));
        }
        assertThat(bAtA.staged().size()).isEqualTo(Limits.STAGED_PACKETS);
        assertThat(a.drops(DropReason.STAGING_FULL)).isEqualTo(5);
    }

    @Test
    void figuresCountWholeDatagramsOnce() {
        connect();
        long sent = bAtA.sentBytes();
        long received = aAtB.receivedBytes();
        a.offer(toB(100));
        a.offer(toB(100));
        a.engine.flush(0);
        b.receiveAll(a);
        long expected = 2L * (128 + OVERHEAD);
        assertThat(bAtA.sentBytes() - sent).isEqualTo(expected);
        assertThat(aAtB.receivedBytes() - received).isEqualTo(expected);
        assertThat(aAtB.lastHandshakeEpochNanos()).isEqualTo(1_700_000_000L * SECOND);
    }

    @Test
    void owedWorkIsDueAtOnce() {
        connect();
        a.nowNanos = 5;
        a.offer(toB(8));
        assertThat(a.engine.nextDeadlineNanos()).isEqualTo(5);
        a.engine.onTimeout(6);
        assertThat(a.datagrams()).hasSize(1);
        assertThat(a.engine.nextDeadlineNanos()).isGreaterThan(SECOND);
        b.receive(a.address, new Tunnel.Train(b.address, a.datagrams()));
    }

    private Tunnel.Session connect() {
        var session = Tunnel.connect(a, bAtA, b, aAtB);
        a.engine.flush(0);
        b.receiveAll(a);
        return session;
    }

    /// Sends plaintext that no engine would: the address check on the way out is passed by a wildcard peer.
    private void sealRaw(byte[] plaintext) {
        Keypair keypair = Objects.requireNonNull(bAtA.keypairs().current());
        var aead = ChaCha20Poly1305.create();
        var memory = Arena.ofAuto().allocate(plaintext.length + OVERHEAD);
        long counter = keypair.nextCounter();
        TransportView.writeHeader(memory, 0, keypair.remoteIndex(), counter);
        MemorySegment.copy(plaintext, 0, memory, ValueLayout.JAVA_BYTE, 16, plaintext.length);
        aead.seal(keypair.sendKey(), counter, memory, 16, plaintext.length, memory, 16);
        b.receive(a.address, memory.toArray(ValueLayout.JAVA_BYTE));
    }

    private static byte[] opened(Keypair sender, byte[] datagram) {
        MemorySegment memory = Arena.ofAuto().allocate(datagram.length);
        MemorySegment.copy(datagram, 0, memory, ValueLayout.JAVA_BYTE, 0, datagram.length);
        int bytes = datagram.length - OVERHEAD;
        long counter = TransportView.counter(memory, 0);
        assertThat(ChaCha20Poly1305.create().open(sender.sendKey(), counter, memory, 16, bytes, memory, 16))
                .isTrue();
        return memory.asSlice(16, bytes).toArray(ValueLayout.JAVA_BYTE);
    }

    private static void setSentCount(Keypair keypair, long count) {
        try {
            var field = Keypair.class.getDeclaredField("sentCount");
            field.setAccessible(true);
            field.setLong(keypair, count);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private byte[] toB(int payloadBytes) {
        return InnerPackets.udp("10.0.0.1", "10.0.0.2", nextId++, payloadBytes);
    }

    private byte[] toA(int payloadBytes) {
        return InnerPackets.udp("10.0.0.2", "10.0.0.1", nextId++, payloadBytes);
    }

    private static byte[] changed(byte[] packet, int at, byte value) {
        byte[] copy = packet.clone();
        copy[at] = value;
        return copy;
    }

    private static byte[] packet(byte[] frame) {
        return Arrays.copyOfRange(frame, VIRTIO, frame.length);
    }

    private static byte[] lastPacket(Tunnel tunnel) {
        return packet(tunnel.frames.getLast());
    }

    /// Counts datagrams in all frames, merged ones by their segment size.
    private static int packetsOf(Tunnel tunnel) {
        int count = 0;
        for (byte[] frame : tunnel.frames) {
            int segment = (frame[4] & 0xff) | (frame[5] & 0xff) << 8;
            int payload = frame.length - VIRTIO - 28;
            count += segment == 0 ? 1 : (payload + segment - 1) / segment;
        }
        return count;
    }
}
