package dev.sekisho.control.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The audit log in the database. A record's hash covers the record and the hash of the one before. Thread-safe; the
/// database's one writer gives the order.
public final class JdbcAuditLog implements AuditLog {
    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .disable(com.fasterxml.jackson.databind.SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private final InstantSource clock;

    public JdbcAuditLog(InstantSource clock) {
        this.clock = clock;
    }

    private record Last(long seq, String hash) {}

    @Override
    public List<AuditRecord> append(Transaction transaction, Actor actor, List<ControlEvent> events) {
        Sql sql = Sql.of(transaction);
        Last last = sql.first(
                        row -> new Last(row.number("seq"), HexFormat.of().formatHex(row.bytes("hash"))),
                        "SELECT seq, hash FROM audit_record ORDER BY seq DESC LIMIT 1")
                .orElse(new Last(0, ""));
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<AuditRecord> records = new ArrayList<>();
        for (ControlEvent event : events) {
            String details = details(event);
            byte[] hash = hash(last, now, actor, event, details);
            last = new Last(last.seq() + 1, HexFormat.of().formatHex(hash));
            sql.update(
                    "INSERT INTO audit_record (seq, at, actor, actor_id, via, source, action, target, details, hash)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    last.seq(),
                    now,
                    actor.name(),
                    actor.userId(),
                    actor.via(),
                    actor.source(),
                    event.action(),
                    event.target(),
                    details,
                    hash);
            records.add(new AuditRecord(
                    last.seq(),
                    now,
                    actor,
                    event.action(),
                    event.target(),
                    details,
                    HexFormat.of().formatHex(hash)));
        }
        return records;
    }

    private static String details(ControlEvent event) {
        try {
            return JSON.writeValueAsString(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every event is a record of plain values", e);
        }
    }

    private static byte[] hash(Last last, Instant at, Actor actor, ControlEvent event, String details) {
        MessageDigest digest = sha256();
        digest.update(HexFormat.of().parseHex(last.hash()));
        for (String part : new String[] {
            String.valueOf(last.seq() + 1),
            String.valueOf(at.toEpochMilli()),
            actor.name(),
            actor.userId().orElse(""),
            actor.via().name(),
            actor.source(),
            event.action(),
            event.target(),
            details
        }) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(bytes);
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
