package dev.sekisho.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchTest {
    private final MemorySegment memory = Arena.ofAuto().allocate(70_000);

    private void add(SendBatch batch, MemorySegment from, long offset, int totalBytes, int segmentBytes) {
        batch.add(1, 2, 3, 4, 5, 6, 7, from, offset, totalBytes, segmentBytes);
    }

    @Test
    void keepsTrainsUntilCleared() {
        SendBatch batch = new SendBatch(2);
        add(batch, memory, 16, 3000, 1000);
        assertThat(batch.isFull()).isFalse();
        add(batch, memory, 4000, 10, 1452);

        assertThat(batch.isFull()).isTrue();
        assertThat(batch.count()).isEqualTo(2);
        assertThat(batch.addressHigh(0)).isEqualTo(1);
        assertThat(batch.addressLow(0)).isEqualTo(2);
        assertThat(batch.port(0)).isEqualTo(3);
        assertThat(batch.scopeId(0)).isEqualTo(4);
        assertThat(batch.sourceHigh(0)).isEqualTo(5);
        assertThat(batch.sourceLow(0)).isEqualTo(6);
        assertThat(batch.sourceInterface(0)).isEqualTo(7);
        assertThat(batch.offset(0)).isEqualTo(16);
        assertThat(batch.totalBytes(0)).isEqualTo(3000);
        assertThat(batch.segmentBytes(0)).isEqualTo(1000);
        assertThat(batch.segmentBytes(1)).isEqualTo(10);
        assertThatIllegalStateException().isThrownBy(() -> add(batch, memory, 0, 1, 1));
        batch.clear();
        assertThat(batch.count()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0,100", "100,0", "-1,100", "65508,65508", "65,1", "6401,100"})
    void refusesTrainsNoKernelTakes(int totalBytes, int segmentBytes) {
        SendBatch batch = new SendBatch(1);
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> add(batch, memory, 0, totalBytes, segmentBytes));
        assertThat(batch.count()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"65507,65507", "65507,1024", "64,1", "6400,100"})
    void takesTheLargestTrains(int totalBytes, int segmentBytes) {
        SendBatch batch = new SendBatch(1);
        add(batch, memory, 0, totalBytes, segmentBytes);
        assertThat(batch.totalBytes(0)).isEqualTo(totalBytes);
    }

    @Test
    void refusesMemoryTheKernelCannotRead() {
        SendBatch batch = new SendBatch(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> add(batch, MemorySegment.ofArray(new byte[100]), 0, 100, 100));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> add(batch, memory, 69_990, 100, 100));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> add(batch, memory, -1, 10, 10));
    }

    @Test
    void slotsDoNotOverlapAndAreAligned() {
        ReceiveBatch batch = new ReceiveBatch(3, 65_535);
        assertThat(batch.offset(1)).isEqualTo(65_536);
        assertThat(batch.memory().byteSize()).isEqualTo(3 * 65_536);
        assertThat(batch.memory().address() % 64).isZero();
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.message(0, 65_536, 1));
    }

    @Test
    void refusesEmptyBatchesAndPortsOutOfRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SendBatch(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReceiveBatch(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReceiveBatch(1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> UdpOptions.port(65_536));
        assertThatIllegalArgumentException().isThrownBy(() -> UdpOptions.port(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new UdpOptions(0, false, -1, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Rule(true, 1, true, 0, -1, 0, "", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new Rule(true, 1, true, 1, 129, 0, "", ""));
    }
}
