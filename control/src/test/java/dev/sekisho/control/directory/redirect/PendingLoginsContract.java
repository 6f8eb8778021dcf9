package dev.sekisho.control.directory.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.directory.TestSite;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whoever begins many logins keeps nobody else from theirs.
abstract class PendingLoginsContract {
    private static final String DIRECTORY = "d1";

    private Instant now = Instant.parse("2026-11-30T12:00:00Z");
    private final InstantSource clock = () -> now;
    private final TestSite site = new TestSite(newDatabase(), Map.of());
    private final PendingLoginStore store = new JdbcPendingLoginStore();
    private final PendingLogins logins = new PendingLogins(site.work, store, site.directories, clock);

    PendingLoginsContract() {
        site.work.housekeeping(transaction -> Sql.of(transaction)
                .update(
                        "INSERT INTO directory (id, kind, name, name_key, enabled, version)"
                                + " VALUES (?, 'OIDC', 'Partners', 'partners', 1, 1)",
                        DIRECTORY));
    }

    abstract TestDatabase newDatabase();

    @AfterEach
    void close() {
        site.close();
    }

    /// Begins one, a moment later than the last.
    private PendingLogins.Begun begin(String source) {
        now = now.plusMillis(1);
        return logins.begin(DIRECTORY, "/", source);
    }

    private boolean canGoOn(PendingLogins.Begun begun) {
        return site.work.read(transaction -> Sql.of(transaction)
                        .number(
                                "SELECT COUNT(*) AS n FROM pending_login WHERE state_hash = ?",
                                PendingLogins.hash(begun.state())))
                == 1;
    }

    private long count(String condition) {
        return site.work.read(transaction ->
                Sql.of(transaction).number("SELECT COUNT(*) AS n FROM pending_login WHERE " + condition));
    }

    @Test
    void whoBeginsTooManyEndsTheirOwnOldestOnes() {
        PendingLogins.Begun others = begin("192.0.2.1");
        PendingLogins.Begun first = begin("192.0.2.66");
        PendingLogins.Begun second = begin("192.0.2.66");
        for (int i = 2; i < PendingLogins.SHARE; i++) {
            begin("192.0.2.66");
        }
        assertThat(canGoOn(first)).isTrue();
        PendingLogins.Begun last = begin("192.0.2.66");
        assertThat(canGoOn(first)).isFalse();
        assertThat(canGoOn(second)).isTrue();
        assertThat(canGoOn(last)).isTrue();
        assertThat(canGoOn(others)).isTrue();
        assertThat(count("source = '192.0.2.66'")).isEqualTo(PendingLogins.SHARE);
    }

    @Test
    void theIpv6AddressesOfASiteHaveOneShare() {
        PendingLogins.Begun others = begin("2001:db8:2::1");
        PendingLogins.Begun first = begin("2001:db8:1:1::1");
        for (int i = 0; i < PendingLogins.SHARE; i++) {
            begin("2001:db8:1:" + Integer.toHexString(i) + "::" + Integer.toHexString(i + 1));
        }
        assertThat(canGoOn(first)).isFalse();
        assertThat(canGoOn(others)).isTrue();
        assertThat(count("1 = 1")).isEqualTo(PendingLogins.SHARE + 1);
    }

    @Test
    void whereThereIsNoRoomTheOldestGiveWayAndOnesOwnBeforeThoseOfOthers() {
        site.work.housekeeping(transaction -> Sql.of(transaction)
                .update(
                        "INSERT INTO pending_login (state_hash, directory_id, browser_hash, target, expires_at, source)"
                                + " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
                                + " SELECT 'h' || i, 'd1', 'b', '/', ? + i, 's' || (i % 1000) FROM n",
                        now.toEpochMilli() + 60_000));
        PendingLogins.Begun first = begin("192.0.2.1");
        assertThat(canGoOn(first)).isTrue();
        assertThat(count("state_hash = 'h1'")).isZero();
        assertThat(count("state_hash = 'h2'")).isEqualTo(1);
        PendingLogins.Begun second = begin("192.0.2.1");
        assertThat(canGoOn(second)).isTrue();
        assertThat(canGoOn(first)).as("one's own").isFalse();
        assertThat(count("state_hash = 'h2'")).isEqualTo(1);
        assertThat(count("1 = 1")).isEqualTo(PendingLogins.MAX_PENDING);
    }
}
