package dev.sekisho.control.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.merkle.Checkpoint;
import dev.sekisho.control.merkle.Proofs;
import dev.sekisho.control.state.StateException;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.store.Transaction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The audit log on both databases.
@Tag("U01")
abstract class AuditLogContract {
    private static final Page.Request TEN = new Page.Request(Optional.empty(), 10);

    private final TestDatabase home = newDatabase();
    private AuditSite site = new AuditSite(home);

    abstract TestDatabase newDatabase();

    @AfterEach
    void close() {
        site.close();
        home.close();
    }

    private List<Long> found(AuditQuery query) {
        return site.audits.search(query, TEN).items().stream()
                .map(AuditRecord::seq)
                .toList();
    }

    @Test
    void whatCanNotBeRecordedDoesNotHappen() {
        assertThatThrownBy(() -> site.work.change(AuditSite.ANN, transaction -> {
                    Sql.of(transaction).update("INSERT INTO write_turn (holder) VALUES (?)", "x");
                    return Change.of(0, new UserEvent.Created("bob", "x".repeat(70_000), List.of()));
                }))
                .isInstanceOf(IllegalArgumentException.class);
        long rows = site.work.read(transaction -> Sql.of(transaction).number("SELECT COUNT(*) AS n FROM write_turn"));
        assertThat(rows).isZero();
        assertThat(found(AuditQuery.ALL)).isEmpty();
    }

    @Test
    void whatMayComeSoonIsDoneAtOnceUntilSomebodyGathersIt() {
        site.sql("CREATE TABLE mark (n INTEGER)");
        site.work.soon("a", transaction -> mark(transaction, 1));
        assertThat(marks()).isEqualTo(1);
        site.work.gather();
        site.work.soon("a", transaction -> mark(transaction, 10));
        site.work.soon("b", transaction -> mark(transaction, 100));
        site.work.soon("a", transaction -> mark(transaction, 1000));
        assertThat(marks()).isEqualTo(1);
        site.work.catchUp();
        assertThat(marks()).isEqualTo(1101);
        site.work.catchUp();
        assertThat(marks()).isEqualTo(1101);
    }

    @Test
    void whatCouldNotBeDoneSoonIsTriedAgainUnlessSomethingNewerCame() {
        site.sql("CREATE TABLE mark (n INTEGER)");
        site.work.gather();
        AtomicBoolean full = new AtomicBoolean(true);
        site.work.soon("a", transaction -> {
            if (full.get()) {
                Sql.of(transaction).update("INSERT INTO no_such_table (id) VALUES (1)");
            }
            mark(transaction, 1);
        });
        site.work.catchUp();
        assertThat(marks()).isZero();
        full.set(false);
        site.work.catchUp();
        assertThat(marks()).isEqualTo(1);
        full.set(true);
        site.work.soon("b", transaction -> {
            if (full.get()) {
                site.work.soon("b", later -> mark(later, 10));
                Sql.of(transaction).update("INSERT INTO no_such_table (id) VALUES (1)");
            }
        });
        site.work.catchUp();
        site.work.catchUp();
        assertThat(marks()).isEqualTo(11);
    }

    /// Others, and other nodes, write in between.
    @Test
    void muchThatMayComeSoonIsDoneInParts() {
        site.sql("CREATE TABLE mark (n INTEGER)");
        site.work.gather();
        Set<Transaction> parts = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 450; i++) {
            site.work.soon("key" + i, transaction -> {
                parts.add(transaction);
                mark(transaction, 1);
            });
        }
        site.work.catchUp();
        assertThat(marks()).isEqualTo(450);
        assertThat(parts).hasSize(3);
    }

    private static void mark(Transaction transaction, int many) {
        Sql.of(transaction).update("INSERT INTO mark (n) VALUES (?)", many);
    }

    private long marks() {
        return site.work.read(transaction -> Sql.of(transaction).number("SELECT COALESCE(SUM(n), 0) AS n FROM mark"));
    }

    @Test
    void recordsAreFoundByEachCondition() {
        site.record(new UserEvent.Created("bob", "internal", List.of()));
        site.pass(Duration.ofMinutes(1));
        site.record(new RoleEvent.Created("Gärtner 100%", List.of(), List.of()));
        site.work.change(Actor.ROOT, transaction -> Change.of(0, new UserEvent.Created("eve", "ldap_main", List.of())));
        AuditQuery all = AuditQuery.ALL;
        assertThat(found(all)).containsExactly(3L, 2L, 1L);
        assertThat(found(actor("root"))).containsExactly(3L);
        assertThat(found(action("user"))).containsExactly(3L, 1L);
        assertThat(found(action("user.created"))).containsExactly(3L, 1L);
        assertThat(found(action("role."))).containsExactly(2L);
        assertThat(found(action("use%"))).isEmpty();
        assertThat(found(text("GÄRTNER 100%"))).isEqualTo(found(text("gärtner 100%")));
        assertThat(found(text("rtner 100%"))).containsExactly(2L);
        assertThat(found(text("LDAP_MAIN"))).containsExactly(3L);
        assertThat(found(text("ldapxmain"))).isEmpty();
        assertThat(found(text("'; DROP TABLE audit_record; --"))).isEmpty();
        assertThat(found(between(0, 60))).containsExactly(1L);
        assertThat(found(between(60, 61))).containsExactly(3L, 2L);
        assertThat(found(new AuditQuery(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("bob"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())))
                .containsExactly(1L);
    }

    private static AuditQuery actor(String name) {
        return new AuditQuery(
                Optional.of(name),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static AuditQuery action(String name) {
        return new AuditQuery(
                Optional.empty(),
                Optional.of(name),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static AuditQuery text(String text) {
        return new AuditQuery(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(text));
    }

    private static AuditQuery between(long fromSeconds, long toSeconds) {
        java.time.Instant start = java.time.Instant.parse("2026-11-30T12:00:00.123Z");
        return new AuditQuery(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(start.plusSeconds(fromSeconds)),
                Optional.of(start.plusSeconds(toSeconds)),
                Optional.empty());
    }

    @Test
    void pagesGoOnWhereTheLastOneEndedAlsoWhenRecordsCome() {
        site.record(1, 25);
        Page<AuditRecord> first = site.audits.search(AuditQuery.ALL, TEN);
        site.record(26, 30);
        Page<AuditRecord> second = site.audits.search(AuditQuery.ALL, new Page.Request(first.next(), 10));
        assertThat(first.total()).isEqualTo(25);
        assertThat(first.items()).extracting(AuditRecord::seq).startsWith(25L).endsWith(16L);
        assertThat(second.items()).extracting(AuditRecord::seq).startsWith(15L).endsWith(6L);
        assertThatThrownBy(() -> site.audits.search(AuditQuery.ALL, new Page.Request(Optional.of("x"), 10)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// Past 256, where inner hashes come from the table that keeps them.
    @Test
    void everyRecordIsProvenAgainstASignedCheckpoint() {
        site.work.change(AuditSite.ANN, transaction -> {
            List<ControlEvent> events = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                events.add(new UserEvent.Created("user-" + i, "internal", List.of()));
            }
            return new Change<>(0, events);
        });
        for (long seq : new long[] {1, 2, 255, 256, 257, 511, 512, 513, 600}) {
            Audits.Inclusion proof = site.audits.inclusion(seq).orElseThrow();
            Checkpoint checkpoint = site.checkpoints.key().open(proof.checkpoint());
            assertThat(Proofs.isIncluded(
                            HexFormat.of().parseHex(proof.leaf()),
                            seq - 1,
                            checkpoint.size(),
                            bytes(proof.path()),
                            checkpoint.root()))
                    .isTrue();
        }
        assertThat(site.audits.inclusion(601)).isEmpty();
        assertThat(site.audits.inclusion(0)).isEmpty();
    }

    private static List<byte[]> bytes(List<String> path) {
        return path.stream().map(HexFormat.of()::parseHex).toList();
    }

    @Test
    void theLogIsProvenToBeginWithWhatItWas() {
        site.record(1, 7);
        SignedCheckpoint older = site.checkpoints.sign().orElseThrow();
        site.record(8, 20);
        SignedCheckpoint newer = site.checkpoints.sign().orElseThrow();
        Checkpoint first = site.checkpoints.key().open(older.note());
        Checkpoint second = site.checkpoints.key().open(newer.note());
        assertThat(Proofs.isConsistent(
                        new Proofs.Tree(first.size(), first.root()),
                        new Proofs.Tree(second.size(), second.root()),
                        bytes(site.audits.consistency(7, 20).path())))
                .isTrue();
        assertThatThrownBy(() -> site.audits.consistency(7, 21)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> site.audits.consistency(0, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCheckpointComesEveryThousandRecordsOrEveryMinute() {
        site.record(1, 1);
        site.checkpoints.tick();
        assertThat(sizes()).containsExactly(1L);
        site.record(2, 2);
        site.checkpoints.tick();
        assertThat(sizes()).containsExactly(1L);
        site.pass(Duration.ofSeconds(60));
        site.checkpoints.tick();
        site.checkpoints.tick();
        assertThat(sizes()).containsExactly(2L, 1L);
        site.work.change(AuditSite.ANN, transaction -> {
            List<ControlEvent> events = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                events.add(new RoleEvent.Created("r" + i, List.of(), List.of()));
            }
            return new Change<>(0, events);
        });
        site.checkpoints.tick();
        assertThat(sizes()).containsExactly(1002L, 2L, 1L);
    }

    private List<Long> sizes() {
        return site.audits.checkpoints(Optional.empty(), Optional.empty(), TEN).items().stream()
                .map(SignedCheckpoint::size)
                .toList();
    }

    @Test
    void anUntouchedLogIsRightAndSoIsItsExport() throws IOException {
        site.record(1, 40);
        site.checkpoints.sign();
        site.record(41, 50);
        assertThat(site.audits.verify().problems()).isEmpty();
        ByteArrayOutputStream export = new ByteArrayOutputStream();
        assertThat(site.audits.export(AuditSite.ANN, export)).isEqualTo(51);
        AuditVerifier.Report report = new AuditVerifier(site.checkpoints.key(), site.checkpoints.witness())
                .verify(new ByteArrayInputStream(export.toByteArray()));
        assertThat(report.problems()).isEmpty();
        assertThat(report.records()).isEqualTo(51);
    }

    /// What somebody with the database can do to it.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UPDATE audit_record SET target = 'eve' WHERE seq = 7 | record 7 was changed",
                "UPDATE audit_record SET actor = 'eve' WHERE seq = 7 | record 7 was changed",
                "UPDATE audit_record SET actor_id = NULL WHERE seq = 7 | record 7 was changed",
                "UPDATE audit_record SET at = at + 1 WHERE seq = 7 | record 7 was changed",
                "UPDATE audit_record SET via = 'TOKEN' WHERE seq = 7 | record 7 was changed",
                "UPDATE audit_record SET source = '' WHERE seq = 7 | record 7 was changed",
                "UPDATE audit_record SET action = 'user.deleted' WHERE seq = 7 | record 7 was changed",
                "UPDATE audit_record SET details = '{}' WHERE seq = 7 | record 7 was changed",
                "DELETE FROM audit_record WHERE seq = 7 | missing",
                "DELETE FROM audit_record WHERE seq > 12 | records",
                "DELETE FROM audit_record | records",
                "UPDATE audit_head SET size = 8 | signed",
                "DELETE FROM audit_head | signed",
                "UPDATE audit_checkpoint SET note = 'x' | no signed checkpoint",
                "UPDATE audit_checkpoint SET size = 9 WHERE size = 10 | moved",
                "UPDATE audit_record SET seq = -seq WHERE seq = 7 | missing"
            })
    void aDatabaseThatWasChangedIsFound(String statement, String problem) {
        site.record(1, 10);
        site.checkpoints.sign();
        site.record(11, 14);
        site.checkpoints.sign();
        if (statement.contains("size = 8")) {
            site.sql("UPDATE audit_head SET size = ?, peaks = ?", 8L, new byte[32]);
        } else {
            site.sql(statement);
        }
        AuditVerifier.Report report = site.audits.verify();
        assertThat(report.ok()).isFalse();
        assertThat(String.join("\n", report.problems())).contains(problem);
    }

    @Test
    void aDatabaseThatWasPutBackIsNotSignedAgain() {
        site.record(1, 10);
        site.checkpoints.sign();
        site.sql("DELETE FROM audit_record");
        site.sql("DELETE FROM audit_head");
        site.sql("DELETE FROM audit_checkpoint");
        site.record(101, 112);
        assertThat(site.checkpoints.contradiction()).get().asString().contains("not those that were signed");
        assertThat(site.checkpoints.sign()).isEmpty();
        assertThat(site.audits.verify().ok()).isFalse();
    }

    @Test
    void aLogWithoutItsKeyIsRefused() throws IOException {
        site.record(1, 3);
        site.checkpoints.sign();
        site.close();
        Files.delete(home.directory().resolve("audit.key"));
        assertThatThrownBy(() -> new AuditSite(home))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("audit.key is missing");
    }

    /// A year of them is more than the memory of a server.
    @Test
    void theCheckpointsOfALostKeyAreTakenAwayInParts() throws IOException {
        site.record(1, 3);
        site.work.housekeeping(transaction -> {
            for (int i = 1; i <= 2500; i++) {
                site.store.add(transaction, new SignedCheckpoint(i, site.clock.instant(), "note " + i + "\n"));
            }
            return 0;
        });
        Files.delete(home.directory().resolve("audit.key"));
        List<Integer> limits = new ArrayList<>();
        AuditStore watched = (AuditStore) Proxy.newProxyInstance(
                AuditStore.class.getClassLoader(), new Class<?>[] {AuditStore.class}, (_, method, arguments) -> {
                    if (method.getName().equals("checkpoints") && arguments.length == 3) {
                        limits.add((Integer) arguments[2]);
                    }
                    return method.invoke(site.store, arguments);
                });
        Path aside =
                Checkpoints.replaceLostKey(site.work, watched, home.directory()).orElseThrow();
        assertThat(limits).hasSize(3).allSatisfy(limit -> assertThat(limit).isLessThanOrEqualTo(1000));
        assertThat(aside).hasFileName("audit.checkpoints.before-2500");
        assertThat(Files.readAllLines(aside))
                .hasSize(2500)
                .startsWith("{\"checkpoint\":\"note 1\\u000A\"}")
                .endsWith("{\"checkpoint\":\"note 2500\\u000A\"}");
        assertThat(site.work.read(site.store::lastCheckpoint)).isEmpty();
        assertThat(Checkpoints.replaceLostKey(site.work, watched, home.directory()))
                .as("a second time")
                .isEmpty();
    }

    @Test
    void aNameFullOfTricksIsOnePrintableLineAndStaysProvable() throws IOException {
        String evil = "x\r\n{\"seq\":99}\u0000\u001b[2J\u202e\u2028\ud800\"\\\uD83D\uDE00";
        site.work.change(
                new Actor(evil, Optional.of(evil), Actor.Via.LOGIN, evil),
                transaction -> Change.of(0, new UserEvent.Created(evil, evil, List.of())));
        site.record(new RoleEvent.Created("n".repeat(10_000), List.of(), List.of()));
        ByteArrayOutputStream export = new ByteArrayOutputStream();
        site.audits.export(AuditSite.ANN, export);
        String text = export.toString(StandardCharsets.US_ASCII);
        assertThat(text.lines()).hasSize(5);
        assertThat(text.chars().filter(c -> c != '\n' && (c < ' ' || c > '~'))).isEmpty();
        assertThat(new AuditVerifier(site.checkpoints.key(), Optional.empty())
                        .verify(new ByteArrayInputStream(export.toByteArray()))
                        .problems())
                .isEmpty();
        assertThat(site.audits.verify().problems()).isEmpty();
        assertThat(site.audits.search(AuditQuery.ALL, TEN).items().get(1).target())
                .hasSizeLessThan(400);
    }
}
