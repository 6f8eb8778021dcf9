package dev.sekisho.control.directory;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.login.Identity;
import dev.sekisho.control.login.Logins;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.role.RoleDraft;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.Users;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A database with roles, an administrator and the services of directories, for tests.
public final class TestSite implements AutoCloseable {
    /// The time of all of it.
    public static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-30T12:00:00Z"));

    private final TestDatabase file;
    public final Identity identity;
    public final UnitOfWork work;
    public final Roles roles;
    public final Users users;
    public final DirectoryStore store = new JdbcDirectoryStore();
    public final UserDirectories directories;
    public final Admissions admissions;
    public final LoginDirectories logins;
    public final DirectoryRefresh refresh;

    public TestSite(TestDatabase file, Map<Kind, Connector> connectors) {
        this.file = file;
        identity = new Identity(file.open());
        work = identity.work;
        roles = identity.roles;
        users = identity.users;
        directories = new UserDirectories(
                new UserDirectories.Parts(work, store, roles, users, connectors, new XorSeal()), CLOCK);
        admissions = new Admissions(work, store, roles, users, CLOCK);
        logins = new LoginDirectories(directories, admissions);
        refresh = new DirectoryRefresh(work, directories, admissions);
        roles.create(Authority.ROOT, new RoleDraft("engineer", Optional.empty(), List.of("REQUEST"), List.of()));
        roles.create(Authority.ROOT, new RoleDraft("on_call", Optional.empty(), List.of("VIEW NETWORK"), List.of()));
    }

    /// Hides the text from a search of the database, and tells owners apart.
    private static final class XorSeal implements Seal {
        @Override
        public byte[] seal(String owner, byte[] clear) {
            return apply(owner, clear);
        }

        @Override
        public byte[] open(String owner, byte[] sealed) {
            return apply(owner, sealed);
        }

        private static byte[] apply(String owner, byte[] bytes) {
            byte[] out = bytes.clone();
            for (int i = 0; i < out.length; i++) {
                out[i] ^= (byte) (owner.charAt(i % owner.length()) | 0x80);
            }
            return out;
        }
    }

    /// Opens the login session of somebody whom a directory let in.
    public User login(NewUser welcome) {
        identity.logins.loginIdentified(welcome.directory().orElseThrow(), welcome, Identity.from("192.0.2.1"));
        return user(welcome.name());
    }

    /// Logs in as a browser does.
    ///
    /// @return the session's secret
    public String login(String name, String password, String directory) {
        identity.directories.clear();
        identity.directories.addAll(logins.all());
        return identity.logins
                .login(new Logins.Attempt(name, password, Optional.of(directory), Identity.from("192.0.2.1")))
                .secret();
    }

    /// A user by name.
    public User user(String name) {
        return work.read(transaction -> users.named(transaction, name)).orElseThrow();
    }

    /// Names of the roles of a user.
    public List<String> rolesOf(String name) {
        return work.read(transaction -> Roles.names(
                roles.all(transaction), roles.rolesOf(transaction, user(name).id())));
    }

    /// What was recorded, as `action details`, oldest first.
    public List<String> audit() {
        return work.read(transaction -> Sql.of(transaction)
                .list(
                        row -> row.text("action") + " " + row.text("details"),
                        "SELECT action, details FROM audit_record ORDER BY seq"));
    }

    @Override
    public void close() {
        identity.close();
        file.close();
    }
}
