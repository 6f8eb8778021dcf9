package dev.sekisho.control.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sekisho.control.merkle.Checkpoint;
import dev.sekisho.control.merkle.CompactRange;
import dev.sekisho.control.merkle.NoteKey;
import dev.sekisho.control.merkle.TreeHash;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checks an export of the audit log without the server: every record is hashed, every signed checkpoint must have the
/// root of the records before it. Finds records that were changed, removed, added, repeated or moved, and an end that
/// was cut off when a checkpoint is known that counts further. Owner: one thread, one export.
public final class AuditVerifier {
    private static final int MAX_LINE = 1 << 20;
    private static final int MAX_PROBLEMS = 50;
    private static final byte[] RECORD = "{\"seq\":".getBytes(StandardCharsets.US_ASCII);
    private static final JsonMapper JSON = new JsonMapper();

    private final NoteKey key;
    private final Optional<Checkpoint> held;
    private final List<String> problems = new ArrayList<>();
    private final TreeHash hash = new TreeHash();
    private CompactRange tree = CompactRange.empty();
    private long last;
    private long signedSize;
    private boolean brokenOrder;
    private boolean brokenTree;

    /// What was found.
    ///
    /// @param ok nothing is wrong
    /// @param records that were read
    /// @param root of the tree over them, in hexadecimal
    /// @param problems sentences; the first is the one to look at
    public record Report(boolean ok, long records, String root, List<String> problems) {
        public Report {
            problems = List.copyOf(problems);
        }
    }

    /// A verifier.
    ///
    /// @param key of the log, from a trusted place, not from the export
    /// @param held the newest checkpoint that was kept elsewhere, if one was
    public AuditVerifier(NoteKey key, Optional<Checkpoint> held) {
        this.key = key;
        this.held = held;
    }

    /// Checks an export.
    ///
    /// @throws IOException when it can't be read
    public Report verify(InputStream export) throws IOException {
        try (InputStream in = new BufferedInputStream(export, 1 << 16)) {
            long number = 0;
            for (byte @Nullable [] line = line(in); line != null && problems.size() < MAX_PROBLEMS; line = line(in)) {
                number++;
                if (number == 1) {
                    header(line);
                } else if (startsWith(line, RECORD)) {
                    record(line, seq(line), "line " + number);
                } else {
                    other(line, "line " + number);
                }
            }
            if (number == 0) {
                problem("the export is empty");
            }
        }
        if (tree.size() > signedSize) {
            problem("records " + (signedSize + 1) + " to " + tree.size()
                    + " come after the last signed checkpoint, so nobody vouches for them");
        }
        return report();
    }

    private static byte @Nullable [] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        int b = in.read();
        if (b < 0) {
            return null;
        }
        while (b >= 0 && b != '\n') {
            if (line.size() == MAX_LINE) {
                throw new IOException("a line is longer than " + MAX_LINE + " bytes: this is no export");
            }
            line.write(b);
            b = in.read();
        }
        return line.toByteArray();
    }

    private void header(byte[] line) {
        Optional<JsonNode> header =
                json(line).filter(json -> json.path("sekishoAudit").asInt() == 1);
        if (header.isEmpty()) {
            problem("line 1: this is not the head of an export");
            return;
        }
        if (!header.get().path("key").asText().equals(key.text())) {
            problem("line 1: the export is of another log: its key is not the one that was given");
        }
        try {
            tree = CompactRange.of(
                    header.get().path("after").asLong(),
                    java.util.Base64.getDecoder()
                            .decode(header.get().path("peaks").asText()));
            last = tree.size();
            signedSize = tree.size();
        } catch (IllegalArgumentException e) {
            problem("line 1: what came before the first record can't be read");
        }
    }

    private void other(byte[] line, String place) {
        String note = json(line).map(json -> json.path("checkpoint").asText()).orElse("");
        if (note.isEmpty()) {
            problem(place + ": this is neither a record nor a checkpoint");
        } else {
            checkpoint(note, place);
        }
    }

    private static Optional<JsonNode> json(byte[] line) {
        try {
            return Optional.ofNullable(JSON.readTree(new String(line, StandardCharsets.UTF_8)));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static boolean startsWith(byte[] line, byte[] start) {
        return line.length >= start.length && Arrays.equals(line, 0, start.length, start, 0, start.length);
    }

    private static long seq(byte[] line) {
        long seq = 0;
        int i = RECORD.length;
        for (; i < line.length && i < RECORD.length + 18 && line[i] >= '0' && line[i] <= '9'; i++) {
            seq = seq * 10 + (line[i] - '0');
        }
        return i == RECORD.length ? -1 : seq;
    }

    /// The next record.
    ///
    /// @return its hash
    byte[] record(byte[] line, long seq, String place) {
        if (seq != last + 1 && !brokenOrder) {
            brokenOrder = true;
            problem(place + ": record " + seq + " comes after record " + last
                    + (seq > last ? ": records in between are missing" : ": it is repeated or out of its place"));
        }
        last = seq;
        byte[] leaf = hash.leaf(line);
        tree.append(leaf, (_, _, _) -> {});
        held.filter(checkpoint -> checkpoint.size() == tree.size()).ifPresent(checkpoint -> {
            if (!checkpoint.root().equals(tree.rootText())) {
                problem(place + ": the records up to here are not those of the checkpoint that was kept elsewhere");
            }
        });
        return leaf;
    }

    /// The checkpoint that follows.
    void checkpoint(String note, String place) {
        try {
            Checkpoint checkpoint = key.open(note);
            if (checkpoint.size() != tree.size() || checkpoint.size() < signedSize) {
                problem(place + ": a checkpoint of " + checkpoint.size() + " records stands after record " + tree.size()
                        + ": records were added or removed before it, or it was moved");
            } else if (!checkpoint.root().equals(tree.rootText()) && !brokenTree) {
                brokenTree = true;
                problem(place + ": a record among " + (signedSize + 1) + " to " + tree.size()
                        + " was changed, or what came before: the signed root is another");
            }
            signedSize = checkpoint.size();
        } catch (IllegalArgumentException e) {
            problem(place + ": " + e.getMessage());
        }
    }

    void problem(String sentence) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(sentence);
        }
    }

    /// The tree so far.
    CompactRange tree() {
        return tree;
    }

    /// What was found in all.
    Report report() {
        held.filter(checkpoint -> checkpoint.size() > tree.size())
                .ifPresent(checkpoint -> problem("the end is missing: a checkpoint that was kept elsewhere counts "
                        + checkpoint.size() + " records, here are " + tree.size()));
        return new Report(problems.isEmpty(), tree.size(), tree.rootText(), problems);
    }
}
