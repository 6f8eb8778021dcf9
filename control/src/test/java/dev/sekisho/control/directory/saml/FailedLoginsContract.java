package dev.sekisho.control.directory.saml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.audit.DirectoryEvent.LoginFailed;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Nobody floods the audit log with logins that fail, and no first failure is lost.
@Tag("C05")
abstract class FailedLoginsContract {
    private Instant now = Instant.parse("2026-11-30T12:00:00Z");
    private final InstantSource clock = () -> now;
    private final TestDatabase home = newDatabase();
    private final Database database = home.open();
    private final UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(clock));
    private final FailedLogins failures = new FailedLogins(work, clock);

    abstract TestDatabase newDatabase();

    @AfterEach
    void close() {
        database.close();
        home.close();
    }

    private void fail(String reason, String source) {
        failures.add(new LoginFailed("", "response", reason, 1), source);
    }

    private void pass(long seconds) {
        now = now.plusSeconds(seconds);
        failures.recordEnded();
    }

    /// Source, reason and number of each record.
    private List<String> recorded() {
        return work.read(transaction -> Sql.of(transaction)
                .list(
                        row -> row.text("source") + " "
                                + row.text("details").replaceFirst(".*\"reason\":\"([^\"]*)\".*", "$1")
                                + " "
                                + row.text("details").replaceFirst(".*\"count\":\"?(\\d+).*", "$1"),
                        "SELECT source, details FROM audit_record ORDER BY seq"));
    }

    @Test
    void theFirstIsRecordedAtOnceAndThoseOfAMinuteTogether() {
        for (int i = 0; i < 500; i++) {
            fail("garbage " + i, "192.0.2.66");
        }
        assertThat(recorded()).containsExactly("192.0.2.66 garbage 0 1");
        pass(59);
        assertThat(recorded()).hasSize(1);
        pass(1);
        assertThat(recorded()).containsExactly("192.0.2.66 garbage 0 1", "192.0.2.66 garbage 499 499");
        fail("more", "192.0.2.66");
        fail("and more", "192.0.2.66");
        pass(59);
        assertThat(recorded()).as("one that goes on").hasSize(2);
        pass(1);
        assertThat(recorded()).hasSize(3).last().isEqualTo("192.0.2.66 and more 2");
        pass(60);
        fail("later", "192.0.2.66");
        assertThat(recorded()).as("after a quiet minute").hasSize(4).last().isEqualTo("192.0.2.66 later 1");
    }

    @Test
    void nobodyHidesBehindAnother() {
        fail("garbage", "192.0.2.66");
        fail("garbage", "192.0.2.66");
        fail("not signed", "192.0.2.1");
        assertThat(recorded()).containsExactly("192.0.2.66 garbage 1", "192.0.2.1 not signed 1");
    }

    @Test
    void theIpv6AddressesOfASiteAreOne() {
        fail("one", "2001:db8:1:1::1");
        fail("two", "2001:db8:1:2::2");
        pass(60);
        assertThat(recorded()).containsExactly("2001:db8:1:1::1 one 1", "2001:db8:1:1::1 two 1");
    }

    @Test
    void whatComesFromEverywhereIsTogether() {
        for (int i = 0; i < FailedLogins.SITES + 50; i++) {
            fail("garbage", "192.0.2." + i);
        }
        assertThat(recorded()).hasSize(FailedLogins.SITES + 1).last().isEqualTo(" garbage 1");
        pass(60);
        assertThat(recorded()).hasSize(FailedLogins.SITES + 2).last().isEqualTo(" garbage 49");
        fail("garbage", "192.0.2.1");
        assertThat(recorded()).as("once it is over").last().isEqualTo("192.0.2.1 garbage 1");
    }

    @Test
    void whatCanNotBeRecordedIsRecordedLater() {
        fail("first", "192.0.2.1");
        fail("second", "192.0.2.1");
        fail("another", "192.0.2.2");
        fail("another", "192.0.2.2");
        away("audit_head", "audit_head_away");
        now = now.plusSeconds(60);
        assertThatThrownBy(failures::recordEnded).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> fail("unheard", "192.0.2.3")).isInstanceOf(StoreException.class);
        away("audit_head_away", "audit_head");
        pass(0);
        assertThat(recorded())
                .containsExactlyInAnyOrder(
                        "192.0.2.1 first 1", "192.0.2.1 second 1", "192.0.2.2 another 1", "192.0.2.2 another 1");
        fail("heard", "192.0.2.3");
        assertThat(recorded()).last().isEqualTo("192.0.2.3 heard 1");
    }

    private void away(String from, String to) {
        work.housekeeping(transaction -> Sql.of(transaction).update("ALTER TABLE " + from + " RENAME TO " + to));
    }

    @Test
    void whatIsLeftIsRecordedAtTheEnd() {
        fail("first", "192.0.2.1");
        fail("second", "192.0.2.1");
        failures.recordAll();
        assertThat(recorded()).containsExactly("192.0.2.1 first 1", "192.0.2.1 second 1");
    }
}
