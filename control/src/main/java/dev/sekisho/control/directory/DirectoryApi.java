package dev.sekisho.control.directory;

import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.role.RoleLattice;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.ShortList;
import dev.sekisho.policy.Permission;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The REST face of directories. Secrets go in and never come out.
public final class DirectoryApi {
    /// A directory as clients see it.
    ///
    /// @param kind `ldap`, `oidc` or `saml`
    /// @param settings by name, without the secret
    /// @param secretSet whether a secret is kept
    /// @param groupRoles names of roles by group
    public record View(
            String id,
            String name,
            String kind,
            boolean enabled,
            Map<String, String> settings,
            boolean secretSet,
            Map<String, String> groupRoles,
            long version) {}

    /// What to test.
    ///
    /// @param user looks somebody up
    /// @param password tries their login; kept nowhere
    public record Test(Optional<String> user, Optional<String> password) {
        private static final int MAX = 1024;

        public Test {
            if (user.orElse("").length() > MAX || password.orElse("").length() > MAX) {
                throw new IllegalArgumentException("a name and a password have at most " + MAX + " characters");
            }
        }

        @Override
        public String toString() {
            return "Test[hidden]";
        }
    }

    /// What a test found.
    public record TestView(boolean ok, List<Step> steps) {}

    private final UserDirectories directories;
    private final Roles roles;

    public DirectoryApi(UserDirectories directories, Roles roles) {
        this.directories = directories;
        this.roles = roles;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/directories", "List the connected directories")
                        .access(Permission.MANAGE_DIRECTORIES)
                        .query("q", "part of the name")
                        .query("kind", "ldap, oidc or saml")
                        .query("enabled", "true: only those in use; false: only others")
                        .pages(View.class)
                        .by(this::list),
                Route.post("/directories", "Connect a directory")
                        .access(Permission.MANAGE_DIRECTORIES)
                        .body(DirectoryDraft.class)
                        .answers(View.class)
                        .by(this::create),
                Route.get("/directories/{id}", "Show a directory")
                        .access(Permission.MANAGE_DIRECTORIES)
                        .answers(View.class)
                        .by(request -> shown(directories.find(request.path("id")))),
                Route.put("/directories/{id}", "Replace a directory; a secret that is not given stays")
                        .access(Permission.MANAGE_DIRECTORIES)
                        .body(DirectoryDraft.class)
                        .answers(View.class)
                        .by(this::replace),
                Route.delete("/directories/{id}", "Disconnect a directory and disable its users")
                        .access(Permission.MANAGE_DIRECTORIES)
                        .by(this::delete),
                Route.post("/directories/{id}/test", "Test a directory step by step")
                        .access(Permission.MANAGE_DIRECTORIES)
                        .body(Test.class)
                        .answers(TestView.class)
                        .by(this::test));
    }

    private Object list(Request request) {
        RoleLattice all = roles.all();
        List<String> kinds = Arrays.stream(Kind.values()).map(Kind::label).toList();
        return ShortList.of(request, directories.all())
                .text(ConnectedDirectory::name)
                .oneOf("kind", kinds, directory -> directory.kind().label())
                .flag("enabled", ConnectedDirectory::enabled)
                .upwards(directory -> NameKey.of(directory.name()))
                .map(directory -> view(all, directory));
    }

    private Object create(Request request) {
        ConnectedDirectory made = directories.create(request.principal(), request.body(DirectoryDraft.class));
        return Answer.created("/directories/" + made.id(), view(roles.all(), made))
                .version(made.version());
    }

    private Object replace(Request request) {
        return shown(directories.replace(
                request.principal(), request.path("id"), request.body(DirectoryDraft.class), request.ifMatch()));
    }

    private Object delete(Request request) {
        directories.delete(request.principal(), request.path("id"), request.ifMatch());
        return Answer.none();
    }

    private Object test(Request request) {
        Test test = request.body(Test.class);
        List<Step> steps = directories.test(request.path("id"), test.user(), test.password());
        boolean ok = steps.stream().allMatch(Step::ok);
        directories.tested(request.actor(), request.path("id"), test.password().isPresent(), ok);
        return new TestView(ok, steps);
    }

    private Answer shown(ConnectedDirectory directory) {
        return Answer.of(view(roles.all(), directory)).version(directory.version());
    }

    private View view(RoleLattice all, ConnectedDirectory directory) {
        Map<String, String> groupRoles = new TreeMap<>();
        directory
                .groupRoles()
                .forEach((group, id) -> all.role(id).ifPresent(role -> groupRoles.put(group, role.name())));
        return new View(
                directory.id(),
                directory.name(),
                directory.kind().label(),
                directory.enabled(),
                new TreeMap<>(directory.settings().values()),
                directories.hasSecret(directory.id()),
                groupRoles,
                directory.version());
    }
}
