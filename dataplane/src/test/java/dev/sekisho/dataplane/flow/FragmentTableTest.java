package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.testkit.Seeds;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FragmentTableTest {
    private static final int OPERATIONS = 60_000;
    private static final long SECOND = 1_000_000_000L;

    private final FragmentTable table = new FragmentTable(Arena.ofAuto(), 1);

    @Test
    void laterFragmentsGetTheTokenOfTheFirst() {
        assertThat(table.first(0, 3, piece(7, 0, 16, true), 42)).isTrue();
        assertThat(table.later(0, 3, piece(7, 16, 8, true))).isEqualTo(42);
        assertThat(table.size()).isOne();
        assertThat(table.later(0, 3, piece(7, 24, 3, false))).isEqualTo(42);
        assertThat(table.size()).as("complete").isZero();
        assertThat(table.later(0, 3, piece(7, 32, 8, true))).isEqualTo(FragmentTable.REFUSED);
    }

    @Test
    void piecesMayComeInAnyOrderBehindTheFirst() {
        table.first(0, 3, piece(7, 0, 8, true), 42);
        assertThat(table.later(0, 3, piece(7, 24, 5, false))).isEqualTo(42);
        assertThat(table.later(0, 3, piece(7, 16, 8, true))).isEqualTo(42);
        assertThat(table.size()).isOne();
        assertThat(table.later(0, 3, piece(7, 8, 8, true))).isEqualTo(42);
        assertThat(table.size()).isZero();
    }

    @Test
    void orphansAndStrangersAreRefused() {
        assertThat(table.later(0, 3, piece(7, 8, 8, true))).isEqualTo(FragmentTable.REFUSED);
        table.first(0, 3, piece(7, 0, 8, true), 42);
        Packet otherProtocol = piece(7, 8, 8, true);
        otherProtocol.protocol = 6;
        Packet otherSource = piece(7, 8, 8, true);
        otherSource.sourceLow++;
        Packet otherDestination = piece(7, 8, 8, true);
        otherDestination.destinationLow++;
        assertThat(table.later(0, 3, otherProtocol)).isEqualTo(FragmentTable.REFUSED);
        assertThat(table.later(0, 3, otherSource)).isEqualTo(FragmentTable.REFUSED);
        assertThat(table.later(0, 3, otherDestination)).isEqualTo(FragmentTable.REFUSED);
        assertThat(table.later(0, 3, piece(8, 8, 8, true))).isEqualTo(FragmentTable.REFUSED);
        assertThat(table.later(0, 4, piece(7, 8, 8, true))).isEqualTo(FragmentTable.REFUSED);
        assertThat(table.later(0, 3, piece(7, 8, 8, true))).isEqualTo(42);
    }

    @Test
    void inIpv6TheProtocolOfLaterFragmentsDoesNotCount() {
        Packet first = piece(7, 0, 8, true);
        first.v4 = false;
        Packet later = piece(7, 8, 8, false);
        later.v4 = false;
        later.protocol = 60;
        table.first(0, 3, first, 42);
        assertThat(table.later(0, 3, later)).isEqualTo(42);
    }

    @Test
    void overlapsAreRefused() {
        table.first(0, 3, piece(7, 0, 24, true), 42);
        table.later(0, 3, piece(7, 48, 16, true));
        int[][] overlapping = {{8, 8}, {16, 8}, {16, 16}, {40, 16}, {48, 16}, {48, 8}, {56, 8}, {32, 64}, {24, 32}};
        for (int[] piece : overlapping) {
            assertThat(table.later(0, 3, piece(7, piece[0], piece[1], true)))
                    .as("%d+%d", piece[0], piece[1])
                    .isEqualTo(FragmentTable.REFUSED);
        }
        assertThat(table.first(0, 3, piece(7, 0, 24, true), 43))
                .as("first once more")
                .isFalse();
        assertThat(table.later(0, 3, piece(7, 24, 24, true))).as("the gap").isEqualTo(42);
    }

    @Test
    void theEndHolds() {
        table.first(0, 3, piece(7, 0, 8, true), 42);
        table.later(0, 3, piece(7, 32, 8, true));
        assertThat(table.later(0, 3, piece(7, 16, 8, false)))
                .as("end before data")
                .isEqualTo(FragmentTable.REFUSED);
        assertThat(table.later(0, 3, piece(7, 48, 8, false))).isEqualTo(42);
        assertThat(table.later(0, 3, piece(7, 56, 8, true)))
                .as("behind the end")
                .isEqualTo(FragmentTable.REFUSED);
        assertThat(table.later(0, 3, piece(7, 56, 8, false))).as("other end").isEqualTo(FragmentTable.REFUSED);
        assertThat(table.later(0, 3, piece(7, 16, 8, false))).as("second end").isEqualTo(FragmentTable.REFUSED);
        assertThat(table.later(0, 3, piece(7, 16, 8, true))).isEqualTo(42);
    }

    @Test
    void gapsAreLimited() {
        table.first(0, 3, piece(7, 0, 8, true), 42);
        for (int i = 1; i < Limits.FRAGMENT_RANGES; i++) {
            assertThat(table.later(0, 3, piece(7, 16 * i, 8, true))).isEqualTo(42);
        }
        int next = 16 * Limits.FRAGMENT_RANGES;
        assertThat(table.later(0, 3, piece(7, next, 8, true))).isEqualTo(FragmentTable.REFUSED);
        assertThat(table.later(0, 3, piece(7, 8, 8, true))).as("closes a gap").isEqualTo(42);
        assertThat(table.later(0, 3, piece(7, next, 8, true))).isEqualTo(42);
    }

    @Test
    void datagramsAreForgottenInTime() {
        table.first(0, 3, piece(7, 0, 8, true), 42);
        table.first(SECOND, 3, piece(8, 0, 8, true), 43);
        long timeout = Limits.FRAGMENT_TIMEOUT_NANOS;
        assertThat(table.later(timeout - 1, 3, piece(7, 16, 8, true))).isEqualTo(42);
        assertThat(table.later(timeout, 3, piece(7, 24, 8, true))).isEqualTo(FragmentTable.REFUSED);
        assertThat(table.size()).isOne();
        assertThat(table.first(timeout, 3, piece(7, 0, 8, true), 44)).isTrue();
        assertThat(table.later(timeout, 3, piece(8, 16, 8, true))).isEqualTo(43);
    }

    @Test
    void aClosedDeviceLosesItsDatagramsAndNobodyElse() {
        table.first(0, 3, piece(7, 0, 8, true), 42);
        table.first(0, 4, piece(7, 0, 8, true), 43);
        table.first(0, 3, piece(8, 0, 8, true), 44);
        table.closeDevice(3);
        assertThat(table.size()).isOne();
        assertThat(table.later(0, 3, piece(7, 8, 8, true))).isEqualTo(FragmentTable.REFUSED);
        assertThat(table.later(0, 4, piece(7, 8, 8, true))).isEqualTo(43);
    }

    @Test
    void aFloodingDeviceHasItsOwnLimit() {
        int accepted = 0;
        for (int id = 0; id < 1000; id++) {
            accepted += table.first(0, 3, piece(id, 0, 8, true), id) ? 1 : 0;
        }
        assertThat(accepted).isEqualTo(Limits.FRAGMENTED_DATAGRAMS_PER_DEVICE);
    }

    @Test
    void howeverManyDevicesFloodAnotherOneGetsIn() {
        for (int round = 0; round < 100; round++) {
            for (int device = 0; device < 1000; device++) {
                table.first(0, device, piece(round, 0, 8, true), 1);
            }
        }
        assertThat(table.size()).isLessThan(Limits.FRAGMENTED_DATAGRAMS);
        for (int device = 2000; device < 2020; device++) {
            assertThat(table.first(0, device, piece(1, 0, 8, true), 1)).isTrue();
            assertThat(table.first(0, device, piece(2, 0, 8, true), 1)).isTrue();
        }
        assertThat(table.first(Limits.FRAGMENT_TIMEOUT_NANOS, 0, piece(1000, 0, 8, true), 1))
                .isTrue();
        assertThat(table.size()).isOne();
    }

    /// Random pieces of few datagrams of few devices, against bits per byte.
    @Test
    void agreesWithBitsPerByte() {
        int[] passed = {0, 0};
        Seeds.forEach(20, seed -> {
            SplittableRandom random = Seeds.random(seed);
            FragmentTable sut = new FragmentTable(Arena.ofAuto(), seed);
            NaiveFragments naive = new NaiveFragments();
            long now = 0;
            for (int i = 0; i < OPERATIONS; i++) {
                now += random.nextInt(1000) == 0 ? random.nextLong(20 * SECOND) : random.nextLong(SECOND / 100);
                int device = random.nextInt(5);
                int start = random.nextInt(4) == 0 ? 0 : 8 * random.nextInt(60);
                boolean more = random.nextInt(6) != 0;
                int bytes = more || start == 0 ? 8 * random.nextInt(1, 5) : random.nextInt(1, 40);
                Packet piece = piece(random.nextInt(40), start, bytes, more || start == 0);
                if (random.nextInt(20_000) == 0) {
                    sut.closeDevice(device);
                    naive.closeDevice(device);
                } else if (start == 0) {
                    boolean first = sut.first(now, device, piece, i);
                    assertThat(first).isEqualTo(naive.first(now, device, piece, i));
                    passed[0] += first ? 1 : 0;
                } else {
                    int token = sut.later(now, device, piece);
                    assertThat(token).as("operation %d", i).isEqualTo(naive.later(now, device, piece));
                    passed[1] += token == FragmentTable.REFUSED ? 0 : 1;
                }
                assertThat(sut.size()).isEqualTo(naive.datagrams.size());
            }
        });
        assertThat(passed[0]).as("datagrams").isGreaterThan(10_000);
        assertThat(passed[1]).as("later fragments").isGreaterThan(10_000);
    }

    private static Packet piece(int id, int offset, int bytes, boolean more) {
        Packet packet = new Packet();
        packet.v4 = true;
        packet.kind = offset == 0 ? Packet.Kind.UDP : Packet.Kind.LATER_FRAGMENT;
        packet.sourceLow = 0xffff_0a42_0002L;
        packet.destinationLow = 0xffff_0a00_0105L;
        packet.protocol = 17;
        packet.fragment = true;
        packet.fragmentId = id;
        packet.fragmentOffset = offset;
        packet.fragmentBytes = bytes;
        packet.moreFragments = more;
        return packet;
    }

    /// A bit per byte of every datagram, and lists to look through.
    private static final class NaiveFragments {
        private record Key(int device, int id) {}

        private static final class Datagram {
            final BitSet seen = new BitSet();
            final long bornNanos;
            final int token;
            int end = Integer.MAX_VALUE;

            Datagram(long bornNanos, int token) {
                this.bornNanos = bornNanos;
                this.token = token;
            }

            int gaps() {
                int count = 0;
                for (int at = seen.nextSetBit(0); at >= 0; at = seen.nextSetBit(seen.nextClearBit(at))) {
                    count++;
                }
                return count;
            }
        }

        private final Map<Key, Datagram> datagrams = new HashMap<>();

        boolean first(long now, int device, Packet packet, int token) {
            expire(now);
            Key key = new Key(device, packet.fragmentId());
            long own = datagrams.keySet().stream()
                    .filter(k -> k.device() == device)
                    .count();
            if (datagrams.containsKey(key)
                    || own >= Math.min(64, (Limits.FRAGMENTED_DATAGRAMS - datagrams.size()) / 16)) {
                return false;
            }
            Datagram datagram = new Datagram(now, token);
            datagram.seen.set(0, packet.fragmentBytes());
            datagrams.put(key, datagram);
            return true;
        }

        int later(long now, int device, Packet packet) {
            expire(now);
            Key key = new Key(device, packet.fragmentId());
            Datagram datagram = datagrams.get(key);
            if (datagram == null) {
                return FragmentTable.REFUSED;
            }
            int start = packet.fragmentOffset();
            int end = start + packet.fragmentBytes();
            boolean last = !packet.moreFragments;
            boolean endKnown = datagram.end != Integer.MAX_VALUE;
            if (!datagram.seen.get(start, end).isEmpty()
                    || end > datagram.end
                    || (last && (endKnown || datagram.seen.length() > end))) {
                return FragmentTable.REFUSED;
            }
            datagram.seen.set(start, end);
            if (datagram.gaps() > Limits.FRAGMENT_RANGES) {
                datagram.seen.clear(start, end);
                return FragmentTable.REFUSED;
            }
            datagram.end = last ? end : datagram.end;
            if (datagram.seen.nextClearBit(0) == datagram.end) {
                datagrams.remove(key);
            }
            return datagram.token;
        }

        void closeDevice(int device) {
            datagrams.keySet().removeIf(key -> key.device() == device);
        }

        private void expire(long now) {
            List<Key> old = new ArrayList<>();
            datagrams.forEach((key, datagram) -> {
                if (now - datagram.bornNanos >= 30 * SECOND) {
                    old.add(key);
                }
            });
            datagrams.keySet().removeAll(old);
        }
    }
}
