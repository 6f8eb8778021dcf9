package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.role.BuiltInRole;
import dev.sekisho.control.web.RouteWalk;
import dev.sekisho.control.web.RouteWalk.Somebody;
import dev.sekisho.policy.Permission;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// All routes of the server, walked by people with each role that is shipped and with API tokens of all scopes: real
/// logins and tokens out of the database, found by the server's own authenticators. Only the handlers are stubs.
@Tag("C06")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RolesAndTokensWalkTest {
    private static final Set<Permission> ALL = EnumSet.allOf(Permission.class);
    private static final Set<Permission> READING =
            EnumSet.of(Permission.VIEW_USERS, Permission.VIEW_NETWORK, Permission.VIEW_ALL_LOGS, Permission.VIEW_AUDIT);

    private final List<Somebody> people = new ArrayList<>();
    private final List<Somebody> tokens = new ArrayList<>();
    private WiredRoutes wired;
    private RouteWalk walk;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException, GeneralSecurityException {
        Path state;
        try (ServerSite site = ServerSite.start(directory)) {
            state = site.state();
            Visitor admin = site.admin();
            for (BuiltInRole role : BuiltInRole.values()) {
                Visitor visitor = site.somebody(admin, "one-" + role.label(), role.label());
                visitor.stepUp();
                people.add(person(role, visitor));
                tokens.add(token(visitor, "all of " + role.label(), allowedBy(role), allowedBy(role)));
            }
            admin.stepUp();
            tokens.add(token(admin, "nothing", Set.of(), Set.of()));
            tokens.add(token(admin, "reading", READING, READING));
            for (Permission permission : ALL) {
                tokens.add(token(admin, permission.label(), Set.of(permission), Set.of(permission)));
            }
        }
        wired = new WiredRoutes(state, Optional.empty());
        walk = new RouteWalk(wired.routes(), wired.authenticators(), InstantSource.system());
    }

    @AfterAll
    void end() {
        walk.close();
        wired.close();
    }

    /// What a role allows, with those that it belongs to, as it is shipped.
    private static Set<Permission> allowedBy(BuiltInRole role) {
        Set<Permission> allowed = EnumSet.noneOf(Permission.class);
        allowed.addAll(role.permissions());
        role.parents().forEach(parent -> allowed.addAll(allowedBy(parent)));
        return allowed;
    }

    private static Somebody person(BuiltInRole role, Visitor visitor) {
        return new Somebody(
                role.label(),
                allowedBy(role),
                List.of("Cookie: __Host-sekisho=" + visitor.session(), "X-CSRF-Token: " + visitor.csrf()));
    }

    /// A token of the visitor's.
    ///
    /// @param scopes that it is made with
    /// @param may what is left of them
    private static Somebody token(Visitor visitor, String name, Set<Permission> scopes, Set<Permission> may)
            throws IOException {
        String[] labels = scopes.stream().map(Permission::label).toArray(String[]::new);
        return new Somebody("token of " + name, may, List.of("Authorization: Bearer " + visitor.token(name, labels)));
    }

    @Test
    void everyShippedRoleOpensWhatItAllowsAndNothingElse() throws IOException {
        assertThat(people).hasSize(BuiltInRole.values().length);
        assertThat(findings(people)).isEmpty();
    }

    @Test
    void everyTokenOpensWhatItsScopesAndItsOwnerAllowAndNothingElse() throws IOException {
        assertThat(tokens).hasSizeGreaterThan(ALL.size() + 2);
        assertThat(findings(tokens)).isEmpty();
    }

    private List<String> findings(List<Somebody> all) throws IOException {
        List<String> findings = new ArrayList<>();
        for (Somebody somebody : all) {
            findings.addAll(walk.findings(somebody));
        }
        return findings;
    }
}
