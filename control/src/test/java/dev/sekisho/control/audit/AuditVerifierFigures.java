package dev.sekisho.control.audit;

import dev.sekisho.control.merkle.Checkpoint;
import dev.sekisho.control.merkle.CompactRange;
import dev.sekisho.control.merkle.NoteSigner;
import dev.sekisho.control.merkle.TreeHash;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Measures how long an export of a million records takes to verify: run by hand, prints one line per run.
final class AuditVerifierFigures {
    private static final int RECORDS = 1_000_000;

    private AuditVerifierFigures() {}

    public static void main(String[] arguments) throws IOException {
        NoteSigner signer = NoteSigner.create("figures");
        Path file = Files.createTempFile("audit-", ".ndjson");
        try {
            write(signer, file);
            for (int run = 1; run <= 3; run++) {
                long start = System.nanoTime();
                AuditVerifier.Report report =
                        new AuditVerifier(signer.key(), Optional.empty()).verify(Files.newInputStream(file));
                System.out.printf(
                        "run %d: %d records, %d MB, ok %s, %.1f s%n",
                        run, report.records(), Files.size(file) >> 20, report.ok(), (System.nanoTime() - start) / 1e9);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void write(NoteSigner signer, Path file) throws IOException {
        Instant at = Instant.parse("2026-11-30T12:00:00.123Z");
        TreeHash hash = new TreeHash();
        CompactRange tree = CompactRange.empty();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            line(out, "{\"sekishoAudit\":1,\"key\":\"" + signer.key().text() + "\",\"after\":0,\"peaks\":\"\"}");
            for (int seq = 1; seq <= RECORDS; seq++) {
                byte[] record = new AuditRecord(
                                seq,
                                at.plusMillis(seq),
                                AuditSite.ANN,
                                "user.created",
                                "user-" + seq,
                                AuditLine.details(new UserEvent.Created("user-" + seq, "internal", List.of())),
                                "")
                        .line();
                tree.append(hash.leaf(record), (_, _, _) -> {});
                out.write(record);
                out.write('\n');
                if (seq % Checkpoints.EVERY_RECORDS == 0) {
                    Checkpoint checkpoint = new Checkpoint(signer.key().name(), seq, tree.rootText(), at);
                    line(out, new SignedCheckpoint(seq, at, signer.sign(checkpoint)).line());
                }
            }
        }
    }

    private static void line(OutputStream out, String text) throws IOException {
        out.write((text + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
