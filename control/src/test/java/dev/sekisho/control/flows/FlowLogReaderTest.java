package dev.sekisho.control.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Looking back over the flow log, however long it is and whatever a crash left in it.
class FlowLogReaderTest {
    private static final Instant FROM = Instant.parse("2026-01-05T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2026-01-08T00:00:00Z");

    @TempDir
    private Path directory;

    private static String opened(String time, int port) {
        return "{\"event\":\"flow-opened\",\"time\":\"" + time
                + "\",\"device\":\"ann/laptop\",\"flow\":7,\"user\":\"ann\","
                + "\"source\":\"10.90.0.2:50000\",\"destination\":\"10.0.0.5:" + port + "\",\"protocol\":\"tcp\","
                + "\"from\":\"device\",\"verdict\":\"allowed\",\"rule\":\"g\",\"resource\":\"web\"}\n";
    }

    private List<RecordedFlow> read(Instant from, Instant until) {
        List<RecordedFlow> flows = new ArrayList<>();
        assertThat(new FlowLogReader(directory).newestFirst(from, until, flows::add))
                .isTrue();
        return flows;
    }

    private void file(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    @Test
    void readsFilesFromTheLastToTheFirstWithinTheWindow() throws IOException {
        file("2026-01-04.jsonl", opened("2026-01-04T23:59:59.999Z", 1) + opened("2026-01-05T00:00:00.000Z", 2));
        file("2026-01-05.jsonl", opened("2026-01-05T10:00:00.000Z", 3));
        file("2026-01-05.2.jsonl", opened("2026-01-05T11:00:00.000Z", 4));
        file("2026-01-08.jsonl", opened("2026-01-07T23:59:59.999Z", 5) + opened("2026-01-08T00:00:00.000Z", 6));
        file("2026-01-10.jsonl", opened("2026-01-05T11:00:00.000Z", 7));
        file("notes.txt", opened("2026-01-05T11:00:00.000Z", 8));

        assertThat(read(FROM, UNTIL))
                .extracting(flow -> flow.destination().port())
                .containsExactly(5, 4, 3);
    }

    @Test
    void readsWhatIsThereOfAFlow() throws IOException {
        file(
                "2026-01-05.jsonl",
                opened("2026-01-05T10:00:00.000Z", 443)
                        + "{\"event\":\"flow-denied\",\"time\":\"2026-01-05T10:00:01.000Z\",\"device\":\"ann/laptop\","
                        + "\"source\":\"[fd00::9]:1\",\"destination\":\"[fd00::5]:53\",\"protocol\":\"udp\","
                        + "\"from\":\"network\",\"verdict\":\"denied\",\"reason\":\"no-grant\",\"suppressed\":0}\n");
        List<RecordedFlow> flows = read(FROM, UNTIL);

        assertThat(flows.getFirst().user()).contains("ann");
        assertThat(flows.getFirst().destination()).hasToString("10.0.0.5:443");
        assertThat(flows.getFirst().denial()).isEmpty();
        assertThat(flows.getLast().user()).isEmpty();
        assertThat(flows.getLast().fromDevice()).isFalse();
        assertThat(flows.getLast().source()).hasToString("[fd00::9]:1");
        assertThat(flows.getLast().protocol()).isEqualTo(17);
        assertThat(flows.getLast().denial()).isEqualTo(Optional.of("no-grant"));
    }

    @Test
    void losesNoLineOfAFileOfManyBlocks() throws IOException {
        StringBuilder text = new StringBuilder();
        int lines = 12_000;
        for (int i = 0; i < lines; i++) {
            text.append(opened("2026-01-05T10:00:00.000Z", i))
                    .append(i % 3 == 0 ? "{\"event\":\"flow-closed\"}\n" : "");
        }
        file("2026-01-05.jsonl", text.toString());

        assertThat(text.length()).isGreaterThan(2 << 20);
        assertThat(read(FROM, UNTIL))
                .extracting(flow -> flow.destination().port())
                .hasSize(lines)
                .doesNotHaveDuplicates()
                .contains(0, lines - 1);
    }

    /// A file that was written before the window would take as long as what is in it; here it ends in an error.
    @Test
    void readsNoFurtherThanABlockThatLiesBefore() throws IOException {
        file(
                "2026-01-05.jsonl",
                "x".repeat(3 << 20) + "\n"
                        + opened("2026-01-05T10:00:00.000Z", 1).repeat(6_000)
                        + opened("2026-01-05T13:00:00.000Z", 2));
        assertThat(read(Instant.parse("2026-01-05T12:00:00Z"), UNTIL))
                .extracting(flow -> flow.destination().port())
                .containsExactly(2);
    }

    @Test
    void passesOverWhatIsNoFlow() throws IOException {
        file(
                "2026-01-05.jsonl",
                "\n\nnonsense\n{\"event\":\"lost\",\"count\":3}\n{\"event\":\"flow-opened\"}\n"
                        + "{\"event\":\"flow-opened\",\"time\":5}\n{\"event\":\"flow-denied\",\n"
                        + opened("2026-01-05T10:00:00.000Z", 70_000)
                        + opened("yesterday", 1)
                        + opened("2026-01-05T10:00:00.000Z", 2).replace("10.0.0.5", "10.0.0.0/8")
                        + opened("2026-01-05T10:00:00.000Z", 3).replace("\"tcp\"", "\"999\"")
                        + opened("2026-01-05T10:00:00.000Z", 4).replace("\"tcp\"", "[]")
                        + opened("2026-01-05T10:00:00.000Z", 443)
                        + "{\"event\":\"flow-opened\",\"time\":\"2026-01-05T10:0");

        assertThat(read(FROM, UNTIL))
                .extracting(flow -> flow.destination().port())
                .containsExactly(443);
    }

    @Test
    void endsWhenTheSinkHasEnough() throws IOException {
        file("2026-01-05.jsonl", opened("2026-01-05T10:00:00.000Z", 1));
        file("2026-01-06.jsonl", opened("2026-01-06T10:00:00.000Z", 2) + opened("2026-01-06T10:00:00.000Z", 3));
        List<RecordedFlow> flows = new ArrayList<>();

        assertThat(new FlowLogReader(directory).newestFirst(FROM, UNTIL, flow -> {
                    flows.add(flow);
                    return false;
                }))
                .isFalse();
        assertThat(flows).hasSize(1);
    }

    @Test
    void findsNothingWhereThereIsNoLog() {
        assertThat(new FlowLogReader(directory.resolve("none")).newestFirst(FROM, UNTIL, flow -> false))
                .isTrue();
    }

    @Test
    void saysThatAFileIsNoLog() throws IOException {
        file("2026-01-05.jsonl", "x".repeat(3 << 20));

        assertThatThrownBy(() -> read(FROM, UNTIL))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("2026-01-05.jsonl has a line longer than");
    }
}
