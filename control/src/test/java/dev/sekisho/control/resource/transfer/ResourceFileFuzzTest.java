package dev.sekisho.control.resource.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.resource.Resource;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Whatever bytes come, every row is a resource that is read back as it is written, or a fault with a sentence.
class ResourceFileFuzzTest {
    @FuzzTest(maxDuration = "30s")
    void anyCsvIsReadOrRefusedWithASentence(byte[] input) {
        check(Format.CSV, input);
        byte[] head = "name,cidr,ports,description,requestableBy\n".getBytes(StandardCharsets.UTF_8);
        byte[] whole = Arrays.copyOf(head, head.length + input.length);
        System.arraycopy(input, 0, whole, head.length, input.length);
        check(Format.CSV, whole);
    }

    @FuzzTest(maxDuration = "30s")
    void anyJsonIsReadOrRefusedWithASentence(byte[] input) {
        check(Format.JSON, input);
    }

    private static void check(Format format, byte[] input) {
        ResourceFile file = ResourceFile.read(format, input);
        List<Fault> faults = new ArrayList<>(file.faults());
        RowReader reader = new RowReader(name -> Optional.of(new NamedRole("id-" + name, name)), faults);
        for (ResourceFile.Row row : file.rows()) {
            int before = faults.size();
            Optional<RowReader.Wanted> wanted = reader.read(row, Optional.empty());
            assertThat(wanted.isPresent()).isEqualTo(faults.size() == before);
            wanted.ifPresent(ResourceFileFuzzTest::roundTrip);
        }
        assertThat(faults).allSatisfy(fault -> {
            assertThat(fault.line()).isPositive();
            assertThat(fault.message()).isNotBlank();
        });
    }

    private static void roundTrip(RowReader.Wanted wanted) {
        Resource resource = new Resource(
                "1", wanted.name(), wanted.target(), wanted.description(), wanted.terms(), Instant.EPOCH, 1);
        String csv = Csv.record(Arrays.stream(Column.values())
                        .map(column -> column.field)
                        .toList())
                + Csv.record(Arrays.stream(Column.values())
                        .map(column -> Cells.guarded(column.of(resource)))
                        .toList());
        ResourceFile file = ResourceFile.read(Format.CSV, csv.getBytes(StandardCharsets.UTF_8));
        List<Fault> faults = new ArrayList<>(file.faults());
        RowReader reader = new RowReader(name -> Optional.of(new NamedRole("id-" + name, name)), faults);
        assertThat(reader.read(file.rows().getFirst(), Optional.empty()))
                .as(csv)
                .contains(wanted);
        assertThat(faults).isEmpty();
    }
}
