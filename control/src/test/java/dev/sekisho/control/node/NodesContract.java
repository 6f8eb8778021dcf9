package dev.sekisho.control.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What nodes say of themselves, and who is told when one does not do what was decided, or says nothing any more.
@Tag("B01")
abstract class NodesContract {
    private static final Instant START = Instant.parse("2026-11-30T12:00:00.123Z");
    private static final String HELD_UP = "server.policy-held-up gate-1:8443";
    private static final String IN_FORCE = "server.policy-in-force gate-1:8443";

    private Instant now = START;
    private final InstantSource clock = () -> now;
    private final TestDatabase home = newDatabase();
    private final Database database = home.open();
    private final UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(clock));
    private final NodeStore store = new JdbcNodeStore();
    private final Nodes nodes = new Nodes(work, store, clock);
    private final NodeWatch watch = new NodeWatch(work, store);

    abstract TestDatabase newDatabase();

    @AfterEach
    void close() {
        database.close();
        home.close();
    }

    private static Node node(int number) {
        return new Node("n" + number, "gate-" + number + ":8443", "1", START, START, Node.Condition.NEW);
    }

    private static Node.Condition trouble(Instant since, Instant at, boolean over) {
        return new Node.Condition(412, Optional.of(new Node.Trouble("the disk is full", since, at, over)));
    }

    private List<String> told() {
        return work.read(transaction -> Sql.of(transaction)
                .list(
                        row -> row.text("action") + " " + row.text("target"),
                        "SELECT action, target FROM audit_record ORDER BY seq"));
    }

    @Test
    void aNodeSaysWhatIsInForceThereAndWhyNothingNewerIs() {
        Node.Condition failing = trouble(START, START.plusMillis(2500), false);
        nodes.beat(node(1).in(failing));
        assertThat(nodes.all())
                .singleElement()
                .satisfies(node -> assertThat(node.condition()).isEqualTo(failing));
        Node.Condition over = trouble(START, START.plusMillis(2500), true);
        nodes.beat(node(1).in(over));
        assertThat(nodes.all().getFirst().condition()).isEqualTo(over);
        assertThat(over.current()).isEmpty();
        nodes.beat(node(1));
        assertThat(nodes.all().getFirst().condition()).isEqualTo(Node.Condition.NEW);
    }

    @Test
    void anErrorIsOneShortPrintableLine() {
        Node.Trouble trouble = new Node.Trouble("a\u0000b\nc" + "x".repeat(1000), START, START, false);
        nodes.beat(node(1).in(new Node.Condition(1, Optional.of(trouble))));
        assertThat(nodes.all().getFirst().condition().trouble().orElseThrow().error())
                .startsWith("a b cx")
                .hasSize(500);
    }

    @Test
    void aNodeThatDidNotEndInGoodOrderIsShownForAWeek() {
        nodes.beat(node(1));
        nodes.beat(node(2));
        nodes.leave(node(2));
        now = START.plus(Duration.ofDays(7));
        nodes.beat(node(3));
        assertThat(nodes.all()).extracting(Node::id).containsExactly("n1", "n3");
        assertThat(nodes.alive()).extracting(Node::id).containsExactly("n3");
        now = now.plusMillis(1);
        nodes.beat(node(3));
        assertThat(nodes.all()).extracting(Node::id).containsExactly("n3");
    }

    /// One beat of node 1 and a look of two nodes, five seconds later than the last.
    private void pass(NodeWatch... watches) {
        now = now.plusSeconds(5);
        nodes.beat(node(1));
        for (NodeWatch one : watches) {
            one.look();
        }
    }

    @Test
    void aSilentNodeIsToldOnceByAllAndSoIsItsReturn() {
        NodeWatch other = new NodeWatch(work, store);
        nodes.beat(node(2));
        for (int i = 0; i < NodeWatch.LOOKS; i++) {
            pass(watch, other);
        }
        assertThat(told()).isEmpty();
        pass(watch, other);
        pass(watch, other);
        assertThat(told()).containsExactly("server.node-silent gate-2:8443");
        nodes.beat(node(2));
        pass(watch, other);
        pass(watch, other);
        assertThat(told()).containsExactly("server.node-silent gate-2:8443", "server.node-back gate-2:8443");
    }

    /// When the database was away for all, nobody has fallen silent.
    @Test
    void timeInWhichNobodyCouldLookMakesNobodySilent() {
        nodes.beat(node(2));
        pass(watch);
        now = now.plusSeconds(3600);
        pass(watch);
        nodes.beat(node(2));
        pass(watch);
        assertThat(told()).isEmpty();
    }

    @Test
    void whatIsHeldUpForAWhileIsToldOnceAndSoIsItsEnd() {
        PolicyAlarm alarm = new PolicyAlarm(work, clock, "gate-1:8443");
        now = START.plus(PolicyAlarm.PATIENCE).minusMillis(1);
        assertThat(alarm.look(trouble(START, now, false))).isFalse();
        now = now.plusMillis(1);
        assertThat(alarm.look(trouble(START, now, false))).isTrue();
        assertThat(alarm.look(trouble(START, now, false))).isFalse();
        assertThat(told()).containsExactly(HELD_UP);
        assertThat(alarm.look(trouble(START, now, true))).isTrue();
        assertThat(alarm.look(trouble(START, now, true))).isFalse();
        assertThat(told()).containsExactly(HELD_UP, IN_FORCE);
        Instant again = now.plusSeconds(60);
        now = again.plusSeconds(30);
        assertThat(alarm.look(trouble(again, now, false))).isTrue();
        assertThat(told()).containsExactly(HELD_UP, IN_FORCE, HELD_UP);
    }

    @Test
    void aShortTroubleIsNotTold() {
        PolicyAlarm alarm = new PolicyAlarm(work, clock, "gate-1:8443");
        alarm.look(trouble(START, START.plusSeconds(29), true));
        now = START.plusSeconds(3600);
        alarm.look(trouble(START, START.plusSeconds(29), true));
        assertThat(told()).isEmpty();
    }

    @Test
    void whatCouldNotBeRecordedIsRecordedLater() {
        PolicyAlarm alarm = new PolicyAlarm(work, clock, "gate-1:8443");
        now = START.plusSeconds(30);
        work.housekeeping(
                transaction -> Sql.of(transaction).update("ALTER TABLE audit_head RENAME TO audit_head_away"));
        assertThatThrownBy(() -> alarm.look(trouble(START, now, false))).isInstanceOf(StoreException.class);
        work.housekeeping(
                transaction -> Sql.of(transaction).update("ALTER TABLE audit_head_away RENAME TO audit_head"));
        assertThat(alarm.look(trouble(START, now, true))).isTrue();
        assertThat(told()).containsExactly(HELD_UP, IN_FORCE);
    }
}
