package dev.sekisho.control.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.merkle.Checkpoint;
import dev.sekisho.control.merkle.NoteKey;
import dev.sekisho.control.merkle.NoteSigner;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// An export that was changed is found out, by whoever has the public key (threat C08). The export: a head, records 1
/// to 10, a checkpoint, 11 to 20, a checkpoint, 21 to 31, a checkpoint.
@Tag("U01")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditVerifierTest {
    private static final int HEAD = 0;
    private static final int FIRST_CHECKPOINT = 11;
    private static final int SECOND_CHECKPOINT = 22;

    private final TestDatabase home = TestDatabases.sqlite();
    private final AuditSite site = new AuditSite(home);
    private List<String> export = List.of();

    @BeforeAll
    void export() throws IOException {
        site.record(1, 10);
        site.checkpoints.sign();
        site.record(11, 20);
        site.checkpoints.sign();
        site.record(21, 30);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        site.audits.export(AuditSite.ANN, out);
        export = out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @AfterAll
    void close() {
        site.close();
        home.close();
    }

    @Test
    void ofALeftOutRecordItSaysWhichAndNothingOfRecordsBehindTheEnd() throws IOException {
        List<String> lines = new ArrayList<>(export);
        lines.remove(5);
        assertThat(verify(lines, Optional.empty()).problems())
                .isNotEmpty()
                .noneMatch(problem -> problem.contains("nobody vouches"));
    }

    private AuditVerifier.Report verify(List<String> lines, Optional<Checkpoint> held) throws IOException {
        byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        return new AuditVerifier(site.checkpoints.key(), held).verify(new ByteArrayInputStream(bytes));
    }

    @Test
    void theExportAsItIsHoldsThirtyOneRecords() throws IOException {
        AuditVerifier.Report report = verify(export, site.checkpoints.witness());
        assertThat(report.problems()).isEmpty();
        assertThat(report.records()).isEqualTo(31);
        assertThat(export).hasSize(35);
    }

    /// @param name what is done
    /// @param problem a part of what is said
    record Tamper(String name, String problem, Consumer<List<String>> change) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Tamper replace(String name, int line, String old, String replacement) {
        return new Tamper(name, "was changed", lines -> {
            String changed = lines.get(line).replace(old, replacement);
            assertThat(changed).isNotEqualTo(lines.get(line));
            lines.set(line, changed);
        });
    }

    static Stream<Tamper> tampers() {
        return Stream.of(
                replace("another actor", 5, "\"ann\"", "\"eve\""),
                replace("another actor id", 5, "01ann", "01eve"),
                replace("another target", 5, "\"target\":\"user-5\"", "\"target\":\"user-6\""),
                replace("another time", 5, "12:00:00.123Z", "12:00:00.124Z"),
                replace("another action", 5, "user.created", "user.deleted"),
                replace("another source", 5, "10.0.0.1", "10.0.0.2"),
                replace("another way", 5, "SESSION", "TOKEN"),
                replace("another detail", 5, "internal", "external"),
                replace("a space more", 5, "{\"seq\":5,", "{\"seq\":5 ,"),
                replace("a field more", 5, "\"details\":{", "\"details\":{\"x\":1,"),
                replace("a carriage return", 5, "}}", "}}\r"),
                replace("the last record of the first part", 10, "ann", "eve"),
                replace("the first record", 1, "ann", "eve"),
                replace("the last record of all", 33, "ann", "eve"),
                new Tamper(
                        "another number",
                        "record 50 comes after record 4",
                        lines -> lines.set(5, lines.get(5).replace("{\"seq\":5,", "{\"seq\":50,"))),
                new Tamper("a record is removed", "records in between are missing", lines -> lines.remove(5)),
                new Tamper("the first record is removed", "records in between are missing", lines -> lines.remove(1)),
                new Tamper("the last of a part is removed", "records were added or removed", lines -> lines.remove(10)),
                new Tamper(
                        "a record is removed and the others counted anew", "records were added or removed", lines -> {
                            lines.remove(5);
                            renumber(lines);
                        }),
                new Tamper(
                        "two records change places",
                        "record 6 comes after record 4",
                        lines -> Collections.swap(lines, 5, 6)),
                new Tamper("two records change places and numbers", "was changed", lines -> {
                    Collections.swap(lines, 5, 6);
                    renumber(lines);
                }),
                new Tamper("a record stands twice", "repeated", lines -> lines.add(5, lines.get(5))),
                new Tamper("a record stands twice, counted anew", "records were added", lines -> {
                    lines.add(5, lines.get(5));
                    renumber(lines);
                }),
                new Tamper("a record is made up", "records were added", lines -> {
                    lines.add(5, lines.get(5).replace("user-5", "nobody"));
                    renumber(lines);
                }),
                new Tamper(
                        "a record is made up at the end",
                        "nobody vouches",
                        lines -> lines.add(lines.get(33).replace("{\"seq\":31,", "{\"seq\":32,"))),
                new Tamper("the last checkpoint is removed", "nobody vouches", lines -> lines.removeLast()),
                new Tamper(
                        "a checkpoint has another size",
                        "not signed",
                        lines -> lines.set(
                                FIRST_CHECKPOINT,
                                lines.get(FIRST_CHECKPOINT).replace("\\u000A10\\u000A", "\\u000A11\\u000A"))),
                new Tamper(
                        "a checkpoint has another time",
                        "not signed",
                        lines -> lines.set(
                                FIRST_CHECKPOINT, lines.get(FIRST_CHECKPOINT).replace("timestamp 1", "timestamp 2"))),
                new Tamper(
                        "a checkpoint has another signature",
                        "not signed",
                        lines -> lines.set(
                                FIRST_CHECKPOINT,
                                otherSignature(lines.get(FIRST_CHECKPOINT), lines.get(SECOND_CHECKPOINT)))),
                new Tamper(
                        "a checkpoint is no note",
                        "no signed checkpoint",
                        lines -> lines.set(FIRST_CHECKPOINT, "{\"checkpoint\":\"nothing\"}")),
                new Tamper(
                        "two checkpoints change places",
                        "it was moved",
                        lines -> Collections.swap(lines, FIRST_CHECKPOINT, SECOND_CHECKPOINT)),
                new Tamper("a checkpoint moves up", "it was moved", lines -> Collections.swap(lines, 10, 11)),
                new Tamper(
                        "an old checkpoint at the end",
                        "it was moved",
                        lines -> lines.add(lines.get(FIRST_CHECKPOINT))),
                new Tamper(
                        "a line that is nothing", "neither a record nor a checkpoint", lines -> lines.add(5, "hello")),
                new Tamper("an empty line", "neither a record nor a checkpoint", lines -> lines.add(5, "")),
                new Tamper(
                        "half a line",
                        "neither a record nor a checkpoint",
                        lines -> lines.set(34, lines.get(34).substring(0, 50))),
                new Tamper("the head is removed", "not the head", lines -> lines.remove(HEAD)),
                new Tamper(
                        "another key in the head",
                        "another log",
                        lines -> lines.set(HEAD, lines.get(HEAD).replace("sekisho.audit", "sekisho.other"))),
                new Tamper(
                        "a beginning is claimed to be cut off",
                        "can't be read",
                        lines -> lines.set(HEAD, lines.get(HEAD).replace("\"after\":0", "\"after\":5"))),
                new Tamper("nothing is left", "not the head", List::clear));
    }

    private static void renumber(List<String> lines) {
        int seq = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("{\"seq\":")) {
                seq++;
                lines.set(i, lines.get(i).replaceFirst("\\{\"seq\":\\d+", "{\"seq\":" + seq));
            }
        }
    }

    private static String otherSignature(String line, String other) {
        int at = line.lastIndexOf(' ');
        return line.substring(0, at) + other.substring(other.lastIndexOf(' '));
    }

    @ParameterizedTest
    @MethodSource("tampers")
    void aChangeIsFound(Tamper tamper) throws IOException {
        List<String> lines = new ArrayList<>(export);
        tamper.change().accept(lines);
        assertThat(lines).isNotEqualTo(export);
        AuditVerifier.Report report = verify(lines, Optional.empty());
        assertThat(report.ok()).isFalse();
        assertThat(String.join("\n", report.problems())).contains(tamper.problem());
    }

    @Test
    void anEndThatWasCutAtACheckpointIsFoundWithANewerCheckpointFromElsewhere() throws IOException {
        List<String> cut = export.subList(0, SECOND_CHECKPOINT + 1);
        assertThat(verify(cut, Optional.empty()).ok()).isTrue();
        assertThat(verify(cut, site.checkpoints.witness()).problems())
                .singleElement()
                .asString()
                .contains("counts 31 records, here are 20");
    }

    @Test
    void aWholeLogMadeUpWithAnotherKeyIsFound() throws IOException {
        NoteKey other = NoteSigner.create("sekisho.audit").key();
        byte[] bytes = (String.join("\n", export) + "\n").getBytes(StandardCharsets.UTF_8);
        AuditVerifier.Report report =
                new AuditVerifier(other, Optional.empty()).verify(new ByteArrayInputStream(bytes));
        assertThat(report.ok()).isFalse();
        assertThat(report.problems().getFirst()).contains("another log");
    }

    @Test
    void aForkSignedWithTheRightKeyContradictsTheCheckpointFromElsewhere() throws IOException {
        try (TestDatabase twin = TestDatabases.sqlite()) {
            java.nio.file.Files.copy(
                    home.directory().resolve("audit.key"), twin.directory().resolve("audit.key"));
            try (AuditSite fork = new AuditSite(twin)) {
                fork.record(101, 150);
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                fork.audits.export(AuditSite.ANN, out);
                AuditVerifier.Report report = new AuditVerifier(site.checkpoints.key(), site.checkpoints.witness())
                        .verify(new ByteArrayInputStream(out.toByteArray()));
                assertThat(report.problems()).singleElement().asString().contains("kept elsewhere");
            }
        }
    }
}
