package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.flow.HeldPackets.Held;
import dev.sekisho.dataplane.testkit.Seeds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HeldPacketsTest {
    private final HeldPackets held = new HeldPackets(Arena.ofAuto());
    private final MemorySegment memory = Arena.ofAuto().allocate(1 << 17);
    private final List<Integer> out = new ArrayList<>();
    private final HeldPackets.Sink sink = (device, packet, offset, bytes) -> out.add(number(packet, offset, bytes));

    @Test
    void packetsComeOutOnceInOrderWithTheirBytes() {
        assertThat(offer(7, 1, 11, 100)).isEqualTo(Held.HELD);
        assertThat(offer(8, 1, 12, 100)).isEqualTo(Held.HELD);
        assertThat(offer(7, 1, 13, 1420)).isEqualTo(Held.HELD);
        assertThat(offer(7, 2, 14, 100)).isEqualTo(Held.HELD);
        memory.fill((byte) 0);
        assertThat(held.drain(7, 1, sink)).isEqualTo(2);
        assertThat(out).containsExactly(11, 13);
        assertThat(held.drain(7, 1, sink)).isZero();
        assertThat(held.drain(7, 3, sink)).isZero();
        assertThat(held.size()).isEqualTo(2);
        assertThat(held.drain(8, 1, sink)).isOne();
        assertThat(held.drain(7, 2, sink)).isOne();
        assertThat(out).containsExactly(11, 13, 12, 14);
        assertThat(held.bytesInAll()).isZero();
    }

    @Test
    void aSynThatIsSentAgainIsKeptOnce() {
        assertThat(syn(7, 1, 100, 5)).isEqualTo(Held.HELD);
        assertThat(syn(7, 1, 100, 5)).isEqualTo(Held.REPEATED);
        assertThat(syn(7, 1, 100, 6)).as("another connection").isEqualTo(Held.HELD);
        assertThat(syn(7, 1, 101, 5)).as("another port").isEqualTo(Held.HELD);
        assertThat(syn(8, 1, 100, 5)).as("another challenge").isEqualTo(Held.HELD);
        assertThat(syn(7, 2, 100, 5)).as("another device").isEqualTo(Held.HELD);
        assertThat(held.size(1)).isEqualTo(4);
        assertThat(held.drain(7, 1, sink)).isEqualTo(3);
        assertThat(syn(7, 1, 100, 5)).as("no longer waits").isEqualTo(Held.HELD);
    }

    @Test
    void packetsThatAreNoSynAreNeverTheSame() {
        for (int i = 0; i < 3; i++) {
            assertThat(held.offer(7, 1, memory, 0, 100, 100, false, 5)).isEqualTo(Held.HELD);
        }
        assertThat(syn(7, 1, 100, 5)).isEqualTo(Held.HELD);
    }

    @Test
    void aSynThatWaitsIsKnownWhenAllIsFull() {
        syn(7, 1, 100, 5);
        while (offer(7, 1, 1, 60) == Held.HELD) {}
        assertThat(syn(7, 1, 100, 5)).isEqualTo(Held.REPEATED);
        assertThat(syn(7, 1, 100, 6)).isEqualTo(Held.FULL);
    }

    @Test
    void aDeviceHoldsSoManyPacketsAndTheOldestStay() {
        for (int i = 0; i < Limits.HELD_PACKETS_PER_DEVICE; i++) {
            assertThat(offer(7, 1, i, 60)).isEqualTo(Held.HELD);
        }
        assertThat(offer(7, 1, 999, 60)).isEqualTo(Held.FULL);
        assertThat(offer(8, 1, 999, 60)).isEqualTo(Held.FULL);
        assertThat(offer(7, 2, 1, 60)).as("others have their own room").isEqualTo(Held.HELD);
        held.drain(7, 1, sink);
        assertThat(out)
                .hasSize(Limits.HELD_PACKETS_PER_DEVICE)
                .startsWith(0, 1, 2)
                .doesNotContain(999);
    }

    @Test
    void aDeviceHoldsSoManyBytes() {
        assertThat(offer(7, 1, 1, Limits.HELD_BYTES_PER_DEVICE - 1000)).isEqualTo(Held.HELD);
        assertThat(offer(7, 1, 2, 1001)).isEqualTo(Held.FULL);
        assertThat(offer(7, 1, 3, 1000)).isEqualTo(Held.HELD);
        assertThat(offer(7, 1, 4, 8)).isEqualTo(Held.FULL);
        held.drain(7, 1, sink);
        assertThat(out).containsExactly(1, 3);
    }

    @Test
    void allDevicesTogetherHoldSoManyBytes() {
        HeldPackets small = new HeldPackets(Arena.ofAuto(), 10_000);
        int devices = 0;
        while (small.offer(7, devices, memory, 0, 904, 0, false, 0) == Held.HELD) {
            devices++;
        }
        assertThat(devices).isEqualTo(10);
        assertThat(small.closeDevice(3)).isOne();
        assertThat(small.closeDevice(3)).isZero();
        assertThat(small.offer(7, 11, memory, 0, 905, 0, false, 0)).isEqualTo(Held.FULL);
        assertThat(small.offer(7, 11, memory, 0, 904, 0, false, 0)).isEqualTo(Held.HELD);
    }

    @Test
    void aReleasedPacketMayWaitForAnotherChallenge() {
        offer(7, 1, 11, 100);
        offer(7, 1, 12, 200);
        HeldPackets.Sink again = (device, packet, offset, bytes) -> {
            out.add(number(packet, offset, bytes));
            held.offer(7, device, packet, offset, bytes, 0, false, 0);
        };
        assertThat(held.drain(7, 1, again)).isEqualTo(2);
        assertThat(held.drain(7, 1, again)).isEqualTo(2);
        assertThat(out).containsExactly(11, 12, 11, 12);
        assertThat(held.size(1)).isEqualTo(2);
    }

    @Test
    void agreesWithAList() {
        Seeds.forEach(30, seed -> new Model(Seeds.random(seed)).run(3_000));
    }

    private final class Model {
        private record Entry(long challenge, int device, int number, int bytes, long flow, boolean syn, int sequence) {}

        private static final long LIMIT = 60_000;

        private final SplittableRandom random;
        private final HeldPackets packets = new HeldPackets(Arena.ofAuto(), LIMIT);
        private final List<Entry> entries = new ArrayList<>();

        Model(SplittableRandom random) {
            this.random = random;
        }

        void run(int steps) {
            for (int i = 0; i < steps; i++) {
                int device = random.nextInt(4);
                long challenge = random.nextInt(3);
                switch (random.nextInt(40)) {
                    case 0 -> {
                        long gone =
                                entries.stream().filter(e -> e.device == device).count();
                        assertThat(packets.closeDevice(device)).isEqualTo((int) gone);
                        entries.removeIf(e -> e.device == device);
                    }
                    case 1 -> {
                        List<Integer> expected = entries.stream()
                                .filter(e -> e.device == device && e.challenge == challenge)
                                .map(Entry::number)
                                .toList();
                        List<Integer> drained = new ArrayList<>();
                        packets.drain(challenge, device, (d, m, o, b) -> drained.add(number(m, o, b)));
                        assertThat(drained).isEqualTo(expected);
                        entries.removeIf(e -> e.device == device && e.challenge == challenge);
                    }
                    default -> {
                        int bytes = random.nextInt(10) == 0 ? random.nextInt(8, 20_000) : random.nextInt(8, 200);
                        offer(new Entry(
                                challenge,
                                device,
                                i,
                                bytes,
                                random.nextInt(4),
                                random.nextBoolean(),
                                random.nextInt(3)));
                    }
                }
                assertThat(packets.size()).isEqualTo(entries.size());
            }
        }

        private void offer(Entry entry) {
            fill(entry.number, entry.bytes);
            Held expected = expected(entry);
            assertThat(packets.offer(
                            entry.challenge,
                            entry.device,
                            memory,
                            0,
                            entry.bytes,
                            entry.flow,
                            entry.syn,
                            entry.sequence))
                    .isEqualTo(expected);
            if (expected == Held.HELD) {
                entries.add(entry);
            }
        }

        private Held expected(Entry entry) {
            List<Entry> mine =
                    entries.stream().filter(e -> e.device == entry.device).toList();
            boolean known = mine.stream()
                    .anyMatch(e -> e.syn
                            && e.challenge == entry.challenge
                            && e.flow == entry.flow
                            && e.sequence == entry.sequence);
            if (entry.syn && known) {
                return Held.REPEATED;
            }
            int bytes = mine.stream().mapToInt(Entry::bytes).sum();
            int inAll = entries.stream()
                    .mapToInt(e -> e.bytes + Limits.HELD_OVERHEAD_BYTES)
                    .sum();
            boolean fits = mine.size() < Limits.HELD_PACKETS_PER_DEVICE
                    && bytes + entry.bytes <= Limits.HELD_BYTES_PER_DEVICE
                    && inAll + entry.bytes + Limits.HELD_OVERHEAD_BYTES <= LIMIT;
            return fits ? Held.HELD : Held.FULL;
        }
    }

    private Held offer(long challenge, int device, int number, int bytes) {
        fill(number, bytes);
        return held.offer(challenge, device, memory, 0, bytes, number, false, 0);
    }

    private Held syn(long challenge, int device, long flow, int sequence) {
        fill(1, 60);
        return held.offer(challenge, device, memory, 0, 60, flow, true, sequence);
    }

    /// A packet that begins and ends with its number.
    private void fill(int number, int bytes) {
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, bytes - 4, number);
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, 0, number);
    }

    private static int number(MemorySegment packet, long offset, int bytes) {
        int number = packet.get(ValueLayout.JAVA_INT_UNALIGNED, offset);
        assertThat(packet.get(ValueLayout.JAVA_INT_UNALIGNED, offset + bytes - 4))
                .isEqualTo(number);
        return number;
    }
}
