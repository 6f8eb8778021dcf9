package dev.sekisho.control.directory;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.DirectoryEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.role.RoleLattice;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.UserPatch;
import dev.sekisho.control.user.Users;
import dev.sekisho.control.web.Problem;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Decides whom of a directory to let in, and with which roles. Thread-safe.
///
/// Somebody in no mapped group does not come in. The roles of the mapping follow the groups; others, given by hand,
/// stay. A name belongs to the first person of a directory who came in by it: when the directory gives it to another
/// one, they don't inherit the user.
public final class Admissions {
    private static final System.Logger LOG = System.getLogger(Admissions.class.getName());
    private static final int MAX_DISPLAY_NAME = 200;

    private final UnitOfWork work;
    private final DirectoryStore store;
    private final Roles roles;
    private final Users users;
    private final InstantSource clock;

    public Admissions(UnitOfWork work, DirectoryStore store, Roles roles, Users users, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.roles = roles;
        this.users = users;
        this.clock = clock;
    }

    private sealed interface Decision {
        record Refused(String reason, boolean leaves) implements Decision {}

        record Admitted(NewUser user, Optional<String> returns) implements Decision {}
    }

    /// Lets somebody in whom the directory has identified. Makes no user: whoever opens the login session does.
    ///
    /// @return who they are here, with all the roles that they have from now on; empty when they may not come
    ///     in, which is recorded
    public Optional<NewUser> admit(ConnectedDirectory directory, Person person) {
        Decision decision = work.housekeeping(transaction -> decide(transaction, directory, person));
        return switch (decision) {
            case Decision.Admitted admitted -> {
                admitted.returns().ifPresent(id -> users.enable(UserDirectories.SYSTEM, id));
                yield Optional.of(admitted.user());
            }
            case Decision.Refused refused -> {
                work.change(
                        Actor.SYSTEM,
                        _ -> Change.of(
                                true,
                                new DirectoryEvent.Refused(directory.name(), shown(person.name()), refused.reason())));
                if (refused.leaves()) {
                    leave(directory, person.subject());
                }
                yield Optional.empty();
            }
        };
    }

    private Decision decide(Transaction transaction, ConnectedDirectory directory, Person person) {
        if (person.subject().isEmpty() || person.subject().chars().anyMatch(Character::isISOControl)) {
            return new Decision.Refused("has an identity that can't be kept", false);
        }
        Set<String> given = rolesFor(directory, person);
        if (given.isEmpty()) {
            return new Decision.Refused("is in no group that gives a role", true);
        }
        Optional<DirectoryStore.Known> known = store.bySubject(transaction, directory.id(), person.subject());
        Optional<User> sameAsEver = known.flatMap(found -> users.named(transaction, found.nameKey()))
                .filter(user -> isOf(user, directory));
        Optional<String> problem = sameAsEver.isPresent() ? Optional.empty() : problemOfName(person.name());
        if (problem.isPresent()) {
            return new Decision.Refused(problem.get(), false);
        }
        Optional<User> user = sameAsEver.or(() -> users.named(transaction, person.name()));
        if (user.filter(found -> !isOf(found, directory)).isPresent()) {
            return new Decision.Refused("the name belongs to a user of another directory", false);
        }
        if (sameAsEver.isEmpty() && user.isPresent() && isSomebodyElses(transaction, directory, user.get(), person)) {
            return new Decision.Refused(
                    "the name belonged to somebody else in this directory: remove that user to give it on", false);
        }
        NewUser welcome = newUser(
                directory,
                user.map(User::name).orElse(person.name()),
                person,
                names(transaction, directory, user, given));
        boolean returns = known.filter(DirectoryStore.Known::gone).isPresent()
                && user.filter(User::disabled).isPresent();
        store.remember(
                transaction,
                directory.id(),
                new DirectoryStore.Known(person.subject(), NameKey.of(welcome.name()), false),
                clock.instant());
        return new Decision.Admitted(welcome, returns ? user.map(User::id) : Optional.empty());
    }

    /// A name that can't be a user's is not even looked up.
    private static Optional<String> problemOfName(String name) {
        try {
            NewUser possible = new NewUser(
                    name, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
            return possible.name().isEmpty() ? Optional.of("has no name") : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private boolean isSomebodyElses(Transaction transaction, ConnectedDirectory directory, User user, Person person) {
        return store.byName(transaction, directory.id(), NameKey.of(user.name()))
                .filter(other -> !other.subject().equals(person.subject()))
                .isPresent();
    }

    private static boolean isOf(User user, ConnectedDirectory directory) {
        return user.directory().equals(directory.id()) && !user.service();
    }

    /// The identities of the roles that somebody's groups give.
    static Set<String> rolesFor(ConnectedDirectory directory, Person person) {
        Set<String> given = new TreeSet<>();
        directory.groupRoles().forEach((group, role) -> {
            if (group.equals(ConnectedDirectory.EVERYBODY) || person.groups().contains(group)) {
                given.add(role);
            }
        });
        return given;
    }

    private List<String> names(
            Transaction transaction, ConnectedDirectory directory, Optional<User> user, Collection<String> given) {
        RoleLattice all = roles.all(transaction);
        Set<String> ids = new TreeSet<>(
                user.map(found -> roles.rolesOf(transaction, found.id())).orElse(List.of()));
        ids.removeAll(Set.copyOf(directory.groupRoles().values()));
        ids.addAll(given);
        return Roles.names(all, ids);
    }

    /// What can't be shown is left out of the name for people; an address that is none is no reason to refuse.
    private static NewUser newUser(ConnectedDirectory directory, String name, Person person, List<String> roleNames) {
        Optional<String> displayName =
                person.displayName().map(Admissions::shown).filter(text -> !text.isEmpty());
        Optional<List<String>> given = Optional.of(roleNames);
        Optional<String> id = Optional.of(directory.id());
        NewUser without = new NewUser(name, displayName, Optional.empty(), Optional.empty(), given, id);
        if (person.email().isEmpty()) {
            return without;
        }
        try {
            return new NewUser(name, displayName, person.email(), Optional.empty(), given, id);
        } catch (IllegalArgumentException e) {
            LOG.log(Level.DEBUG, "an address of directory {0} is left out: {1}", directory.name(), e.getMessage());
            return without;
        }
    }

    private static String shown(String text) {
        String clean = NameKey.shown(text)
                .replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}]", "")
                .strip();
        return clean.length() <= MAX_DISPLAY_NAME ? clean : clean.substring(0, MAX_DISPLAY_NAME);
    }

    /// Brings a user up to date with what the directory says now, outside of a login.
    ///
    /// @throws Problem 409 when nobody could manage the server any more
    public void refresh(ConnectedDirectory directory, Person person) {
        Optional<NewUser> now = admit(directory, person);
        if (now.isEmpty()) {
            return;
        }
        record Before(User user, List<String> roleNames) {}
        Optional<Before> before =
                work.read(transaction -> users.named(transaction, now.get().name())
                        .map(user -> new Before(
                                user, Roles.names(roles.all(transaction), roles.rolesOf(transaction, user.id())))));
        if (before.isEmpty()) {
            return;
        }
        User user = before.get().user();
        UserPatch patch = new UserPatch(
                Optional.empty(),
                now.get().displayName().filter(name -> !name.equals(user.displayName())),
                now.get().email().filter(email -> !Optional.of(email).equals(user.email())),
                now.get().roles().filter(names -> !names.equals(before.get().roleNames())));
        if (patch.displayName().isPresent()
                || patch.email().isPresent()
                || patch.roles().isPresent()) {
            users.change(UserDirectories.SYSTEM, user.id(), patch, OptionalLong.of(user.version()));
        }
    }

    /// Ends the access of somebody whom the directory does not know any more, or who is in no mapped group.
    public void leave(ConnectedDirectory directory, String subject) {
        record Leaving(DirectoryStore.Known known, User user) {}
        Optional<Leaving> leaving = work.read(transaction -> store.bySubject(transaction, directory.id(), subject)
                .flatMap(known -> users.named(transaction, known.nameKey())
                        .filter(user -> isOf(user, directory) && !user.disabled())
                        .map(user -> new Leaving(known, user))));
        if (leaving.isEmpty()) {
            return;
        }
        try {
            users.disable(UserDirectories.SYSTEM, leaving.get().user().id());
        } catch (Problem e) {
            LOG.log(
                    Level.WARNING,
                    "{0} left directory {1}, but keeps access here: {2}",
                    leaving.get().user().name(),
                    directory.name(),
                    e.detail());
            return;
        }
        DirectoryStore.Known known = leaving.get().known();
        work.housekeeping(transaction -> {
            store.remember(
                    transaction,
                    directory.id(),
                    new DirectoryStore.Known(known.subject(), known.nameKey(), true),
                    clock.instant());
            return true;
        });
    }

    /// Those who have come in by a directory and would have access but for what the directory said.
    ///
    /// @return by subject, whether they have access now
    Map<String, Boolean> people(ConnectedDirectory directory) {
        return work.read(transaction -> {
            Map<String, Boolean> people = new TreeMap<>();
            for (DirectoryStore.Known known : store.people(transaction, directory.id())) {
                users.named(transaction, known.nameKey())
                        .filter(user -> isOf(user, directory) && (known.gone() || !user.disabled()))
                        .ifPresent(user -> people.put(known.subject(), !user.disabled()));
            }
            return people;
        });
    }
}
