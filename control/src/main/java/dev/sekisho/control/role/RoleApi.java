package dev.sekisho.control.role;

import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.ShortList;
import dev.sekisho.policy.Permission;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The REST face of roles.
public final class RoleApi {
    /// More members than one request may name.
    private static final int MAX_MEMBERS = 10_000;

    /// A role as clients see it.
    ///
    /// @param permissions labels, without those of its parents
    /// @param effectivePermissions labels, with those of its parents
    /// @param parents names
    public record View(
            String id,
            String name,
            String description,
            List<String> permissions,
            List<String> effectivePermissions,
            List<String> parents,
            long members,
            boolean builtIn,
            long version) {}

    /// Who has a role directly.
    ///
    /// @param users identities
    public record Members(List<String> users) {
        public Members {
            if (users.size() > MAX_MEMBERS) {
                throw new IllegalArgumentException("at most " + MAX_MEMBERS + " users at once");
            }
            users = List.copyOf(users);
        }
    }

    /// Somebody who has a role directly.
    public record MemberView(String id, String name) {}

    private final Roles roles;

    public RoleApi(Roles roles) {
        this.roles = roles;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/roles", "List all roles")
                        .access(Permission.VIEW_USERS)
                        .query("q", "part of name or description")
                        .query("builtIn", "true: only those that are shipped; false: only others")
                        .pages(View.class)
                        .by(this::list),
                Route.post("/roles", "Make a role")
                        .access(Permission.MANAGE_ROLES)
                        .body(RoleDraft.class)
                        .answers(View.class)
                        .by(this::create),
                Route.get("/roles/{id}", "Show a role")
                        .access(Permission.VIEW_USERS)
                        .answers(View.class)
                        .by(request -> shown(request.path("id"))),
                Route.put("/roles/{id}", "Replace a role")
                        .access(Permission.MANAGE_ROLES)
                        .body(RoleDraft.class)
                        .answers(View.class)
                        .by(this::replace),
                Route.delete("/roles/{id}", "Remove a role")
                        .access(Permission.MANAGE_ROLES)
                        .by(this::delete),
                Route.get("/roles/{id}/members", "List those who have a role directly")
                        .access(Permission.VIEW_USERS)
                        .query("q", "part of the name, display name or address")
                        .pages(MemberView.class)
                        .by(this::members),
                Route.put("/roles/{id}/members", "Say who has a role directly")
                        .access(Access.to(Permission.MANAGE_ROLES))
                        .body(Members.class)
                        .answers(View.class)
                        .by(this::replaceMembers));
    }

    private Object list(Request request) {
        RoleLattice all = roles.all();
        Map<String, Long> sizes = roles.sizes();
        return ShortList.of(request, all.roles())
                .text(role -> role.name() + " " + role.description())
                .flag("builtIn", Role::builtIn)
                .upwards(role -> NameKey.of(role.name()))
                .map(role -> view(all, sizes, role));
    }

    private Object create(Request request) {
        Role role = roles.create(request.principal(), request.body(RoleDraft.class));
        return Answer.created("/roles/" + role.id(), view(roles.all(), Map.of(), role))
                .version(role.version());
    }

    private Object replace(Request request) {
        roles.replace(request.principal(), request.path("id"), request.body(RoleDraft.class), request.ifMatch());
        return shown(request.path("id"));
    }

    private Object delete(Request request) {
        roles.delete(request.principal(), request.path("id"), request.ifMatch());
        return Answer.none();
    }

    private Object members(Request request) {
        return roles.members(request.path("id"), request.query("q"), request.page())
                .map(member -> new MemberView(member.id(), member.name()));
    }

    private Object replaceMembers(Request request) {
        roles.replaceMembers(
                request.principal(),
                request.path("id"),
                Set.copyOf(request.body(Members.class).users()));
        return shown(request.path("id"));
    }

    private Answer shown(String id) {
        RoleLattice all = roles.all();
        Role role = all.role(id).orElseThrow(() -> Problem.notFound("there is no such role"));
        return Answer.of(view(all, roles.sizes(), role)).version(role.version());
    }

    private static View view(RoleLattice all, Map<String, Long> sizes, Role role) {
        return new View(
                role.id(),
                role.name(),
                role.description(),
                labels(role.permissions()),
                labels(all.permissions(List.of(role.id()))),
                Roles.names(all, role.parents()),
                sizes.getOrDefault(role.id(), 0L),
                role.builtIn(),
                role.version());
    }

    private static List<String> labels(Set<Permission> permissions) {
        return permissions.stream().map(Permission::label).sorted().toList();
    }
}
