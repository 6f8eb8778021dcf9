package dev.sekisho.control.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.RoleEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.web.EventStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What one node changes, others notice, by being told or by looking; and nobody notices what they did themselves.
@Tag("B01")
class FollowerTest {
    private final TestDatabase home = TestDatabases.postgresql();
    private final One a = new One(home, "a");
    private final One b = new One(home, "b");

    @AfterEach
    void close() throws Exception {
        a.close();
        b.close();
        home.close();
    }

    private static final class One implements AutoCloseable {
        final Database database;
        final UnitOfWork work;
        final NewsRelay relay;
        final Follower follower;
        final BlockingQueue<Set<String>> noticed = new LinkedBlockingQueue<>();

        One(TestDatabase home, String id) {
            database = home.open();
            work = new UnitOfWork(database, new JdbcAuditLog(InstantSource.system()));
            relay = new NewsRelay(work, new JdbcNodeStore(), new EventStream(id), id);
            follower = Follower.of(work, new JdbcNodeStore(), id, relay);
            follower.onChange(steps ->
                    noticed.add(steps.stream().map(NodeStore.Step::action).collect(Collectors.toSet())));
        }

        void change(String role) {
            work.change(Actor.ROOT, _ -> Change.of(role, new RoleEvent.Created(role, List.of(), List.of())));
        }

        Set<String> next() throws InterruptedException {
            Set<String> actions = noticed.poll(20, TimeUnit.SECONDS);
            assertThat(actions).as("noticed").isNotNull();
            return actions == null ? Set.of() : actions;
        }

        @Override
        public void close() {
            follower.close();
            relay.close();
            database.close();
        }
    }

    @Test
    void aChangeIsNoticedByLookingWhenNobodyTells() throws InterruptedException {
        b.follower.start();
        a.change("one");
        assertThat(b.next()).containsExactly("role.created");
    }

    @Test
    void aChangeThatWasMadeBeforeTheStartIsNoticedAfterIt() throws InterruptedException {
        a.change("one");
        b.follower.start();
        assertThat(b.next()).containsExactly("role.created");
    }

    @Test
    void whoChangesNoticesOnlyWhatOthersDid() throws InterruptedException {
        a.follower.start();
        b.follower.start();
        a.change("one");
        assertThat(b.next()).containsExactly("role.created");
        b.work.change(Actor.ROOT, _ -> Change.of(1, new RoleEvent.Deleted("one")));
        assertThat(a.next()).containsExactly("role.deleted");
        assertThat(b.noticed).isEmpty();
    }

    /// The thread that looks is not started here: what comes, comes by being told.
    @Test
    void aChangeIsToldInItsTransaction() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (AutoCloseable _ = b.database.hear(new dev.sekisho.control.store.SignalListener() {
            @Override
            public void heard(String text) {
                heard.add(text);
            }

            @Override
            public void gap() {
                heard.add("gap");
            }
        })) {
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("gap");
            a.change("one");
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("change a");
        }
    }
}
