package dev.sekisho.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.tun.TunException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PageArenaTest {
    private static final long BYTES = 512L << 20;

    private final Arena arena = new LinuxPlatform().tables();

    @Test
    void whatIsNotWrittenToTakesNoRoom() throws IOException {
        long before = residentKib();
        MemorySegment table = arena.allocate(BYTES, 64);
        for (long at = 0; at < BYTES; at += BYTES / 8) {
            assertThat(table.get(ValueLayout.JAVA_LONG, at)).isZero();
            table.set(ValueLayout.JAVA_LONG, at, ~at);
        }
        for (long at = 0; at < BYTES; at += BYTES / 8) {
            assertThat(table.get(ValueLayout.JAVA_LONG, at)).isEqualTo(~at);
        }
        assertThat(table.byteSize()).isEqualTo(BYTES);
        // Other threads of this JVM move too, but not by as much.
        assertThat(residentKib() - before).isLessThan((BYTES >> 10) / 2);
    }

    @Test
    void smallAndOddlyAlignedPiecesComeToo() {
        assertThat(arena.allocate(10, 8).address() % 8).isZero();
        MemorySegment wide = arena.allocate(2 << 20, 1 << 16);
        assertThat(wide.address() % (1 << 16)).isZero();
        assertThat(wide.byteSize()).isEqualTo(2 << 20);
    }

    @Test
    void tooMuchIsSaid() {
        assertThatThrownBy(() -> arena.allocate(Long.MAX_VALUE / 2, 64))
                .isInstanceOf(TunException.class)
                .hasMessageContaining("no memory for a table of");
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
