package dev.sekisho.dataplane.offload;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Bytes from anywhere, into splitter and merger. The build replays the corpus; `JAZZER_FUZZ=1` goes on from there.
class OffloadFuzzTest {
    /// Packets of one merger input: the oracle's time grows with their square.
    private static final int MAX_PACKETS = 100;

    private final SegmentSplitter splitter = new SegmentSplitter();

    /// The input is one TUN frame.
    @FuzzTest
    void splitterStaysInsideTheFrame(byte[] frame) {
        for (byte[] packet : Offload.split(splitter, frame)) {
            assertThat(packet.length).isBetween(20, frame.length - 10);
        }
    }

    /// The input is a byte of options, then packets, each behind two bytes of length.
    @FuzzTest
    void mergerDoesWhatTheOracleDoes(byte[] input) {
        ByteBuffer bytes = ByteBuffer.wrap(input);
        int options = bytes.hasRemaining() ? bytes.get() : 0;
        boolean tcp = (options & 1) == 0;
        boolean udp = (options & 2) == 0;
        boolean verify = (options & 4) != 0;
        int runs = 1 + (options >> 3 & 3);
        NaiveMerger oracle = new NaiveMerger(tcp, udp, verify, runs);
        List<byte[]> frames = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            SegmentMerger merger = new SegmentMerger(tcp, udp, verify, runs, Offload.into(frames), arena);
            for (int count = 0; count < MAX_PACKETS && bytes.remaining() > 2; count++) {
                byte[] packet = new byte[Math.min(bytes.getShort() & 0xffff, bytes.remaining())];
                if (packet.length > 0) {
                    bytes.get(packet);
                    Offload.accept(merger, packet);
                    oracle.accept(packet);
                }
            }
            merger.flush();
            oracle.flush();
        }
        assertThat(frames).containsExactlyElementsOf(oracle.frames());
    }
}
