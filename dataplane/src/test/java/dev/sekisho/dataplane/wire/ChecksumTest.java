package dev.sekisho.dataplane.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The checksum against sums made one byte at a time.
class ChecksumTest {
    private static int naive(byte[] bytes, int offset, int lengthBytes) {
        long sum = 0;
        for (int i = 0; i < lengthBytes; i++) {
            sum += (long) (bytes[offset + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    private static int swapped(int folded) {
        return Short.reverseBytes((short) folded) & 0xffff;
    }

    @Test
    void sumsEveryLengthAtEveryAlignmentWithinBounds() {
        byte[] bytes = new byte[700];
        new Random(1).nextBytes(bytes);
        try (Arena arena = Arena.ofConfined()) {
            for (int offset = 0; offset < 9; offset++) {
                for (int length = 0; length <= 600; length++) {
                    MemorySegment memory = arena.allocate(offset + length + 1).asSlice(0, offset + length);
                    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, offset + length);
                    int expected = swapped(naive(bytes, offset, length));
                    assertThat(Checksum.fold(Checksum.sum(memory, offset, length)))
                            .isEqualTo(expected);
                    assertThat(Checksum.fold(Checksum.sumScalar(memory, offset, length)))
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void losesNoCarryInAFullPacketOfOnes() {
        byte[] bytes = new byte[65_535];
        Arrays.fill(bytes, (byte) 0xff);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            assertThat(Checksum.fold(Checksum.sum(memory, 0, 65_535))).isEqualTo(swapped(naive(bytes, 0, 65_535)));
            assertThat(Checksum.fold(Checksum.sum(memory, 0, 65_534))).isEqualTo(0xffff);
        }
    }

    @Test
    void usesTheVectorKernelWhereTheModuleIs() {
        boolean there = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

        assertThat(Checksum.kernelName()).startsWith(there ? "vector-" : "scalar");
    }

    @Test
    void foldsToZeroOnlyWhenAllIsZero() {
        assertThat(Checksum.fold(0)).isZero();
        assertThat(Checksum.fold(0xffff)).isEqualTo(0xffff);
        assertThat(Checksum.fold(0x1_0000_0000L * 0xffff)).isEqualTo(0xffff);
        assertThat(Checksum.fold(Long.MAX_VALUE)).isEqualTo(0x7fff);
        assertThat(Checksum.fold(-1L)).isEqualTo(0xffff);
        assertThat(Checksum.complementNonZero(0xffff)).isEqualTo(0xffff);
        assertThat(Checksum.complement(0xffff)).isZero();
    }

    @Test
    void wordIsWhatTheFieldAddsToASum() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(2);
            for (int value = 0; value < 0x10000; value += 257) {
                NetworkOrder.put16(memory, 0, value);
                assertThat((long) Checksum.word(value)).isEqualTo(Checksum.sum(memory, 0, 2));
            }
        }
    }

    @Test
    void completesAPartialChecksumThatThenVerifies() {
        Random random = new Random(3);
        byte[] bytes = new byte[301];
        try (Arena arena = Arena.ofConfined()) {
            for (int length = 28; length <= 300; length++) {
                random.nextBytes(bytes);
                bytes[26] = 0;
                bytes[27] = 0;
                MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);

                assertThat(Checksum.complete(memory, 0, length, 20, 6)).isTrue();

                assertThat(Checksum.fold(Checksum.sum(memory, 20, length - 20))).isEqualTo(0xffff);
            }
        }
    }

    @Test
    void refusesToCompleteOutsideThePacket() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(40);

            assertThat(Checksum.complete(memory, 0, 40, 38, 1)).isFalse();
            assertThat(Checksum.complete(memory, 0, 40, 0xffff, 0xffff)).isFalse();
            assertThat(Checksum.complete(memory, 0, 40, -1, 0)).isFalse();
            assertThat(Checksum.complete(memory, 0, 40, 20, -1)).isFalse();
            assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            assertThat(Checksum.complete(memory, 0, 40, 38, 0)).isTrue();
        }
    }

    @Test
    void pseudoHeadersAreTheAddressesTheProtocolAndTheLength() {
        byte[] bytes = new byte[40];
        new Random(4).nextBytes(bytes);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);

            int v4 = Checksum.fold(Checksum.pseudoHeader4(memory, 0, 17, 1000));
            int v6 = Checksum.fold(Checksum.pseudoHeader6(memory, 0, 6, 60_000));

            assertThat(v4).isEqualTo(swapped((naive(bytes, 12, 8) + 1017) % 0xffff));
            assertThat(v6).isEqualTo(swapped((naive(bytes, 8, 32) + 60_006) % 0xffff));
        }
    }
}
