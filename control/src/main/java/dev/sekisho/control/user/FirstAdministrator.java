package dev.sekisho.control.user;

import dev.sekisho.control.role.Authority;
import dev.sekisho.control.role.BuiltInRole;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.store.Page;
import java.util.List;
import java.util.Optional;

/// Makes the first user of a new installation.
public final class FirstAdministrator {
    /// The first user's name.
    public static final String NAME = "admin";

    private final Users users;
    private final Roles roles;

    public FirstAdministrator(Users users, Roles roles) {
        this.users = users;
        this.roles = roles;
    }

    /// Ships the roles and, when there is no user at all, makes `admin` with a random password that must be changed at
    /// the first login. To be called at every start.
    ///
    /// @return the password, to be printed once; empty when there are users already
    public Optional<String> ensure() {
        roles.ensureBuiltIn();
        if (users.list(UserFilter.ALL, new Page.Request(Optional.empty(), 1)).total() > 0) {
            return Optional.empty();
        }
        NewUser first = new NewUser(
                NAME,
                Optional.of("Administrator"),
                Optional.empty(),
                Optional.empty(),
                Optional.of(List.of(BuiltInRole.ADMINISTRATOR.label(), BuiltInRole.USER.label())),
                Optional.empty());
        return users.create(Authority.ROOT, first).initialPassword();
    }
}
