package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The users of a policy by number, and what they are granted: each of them, and by their roles. Immutable and
/// thread-safe.
final class UserRules {
    private final Map<UserId, Integer> numbers;
    private final User[] users;

    /// Who may touch decoys.
    private final boolean[] scanners;

    /// What was granted to users themselves.
    private final RuleTable[] own;

    private final RoleSet[] roleSets;
    private final RoleRules ofRoles;

    private UserRules(Map<UserId, Integer> numbers, List<Entry> entries, RoleRules ofRoles) {
        this.numbers = numbers;
        this.ofRoles = ofRoles;
        users = new User[entries.size()];
        scanners = new boolean[users.length];
        own = new RuleTable[users.length];
        roleSets = new RoleSet[users.length];
        for (int i = 0; i < users.length; i++) {
            Entry entry = entries.get(i);
            users[i] = entry.user();
            scanners[i] = entry.scanner();
            own[i] = entry.own();
            roleSets[i] = entry.roles();
        }
    }

    /// A user.
    ///
    /// @param scanner whether they may touch decoys
    /// @param own what is granted to them alone
    /// @param roles theirs, direct and inherited
    record Entry(User user, boolean scanner, RuleTable own, RoleSet roles) {
        static Entry of(User user, RuleTable own, RoleSet roles) {
            return new Entry(user, user.permissions().contains(Permission.IP_SCAN), own, roles);
        }

        Entry with(RuleTable next) {
            return new Entry(user, scanner, next, roles);
        }
    }

    /// The users while they change. Owner: one thread.
    static final class Draft {
        private final List<Entry> entries;
        private Map<UserId, Integer> numbers;

        /// Whether others have the numbers too.
        private boolean shared;

        Draft(int expected) {
            numbers = HashMap.newHashMap(expected);
            entries = new ArrayList<>(expected);
        }

        private Draft(UserRules from) {
            numbers = from.numbers;
            shared = true;
            entries = new ArrayList<>(from.users.length);
            for (int i = 0; i < from.users.length; i++) {
                entries.add(new Entry(from.users[i], from.scanners[i], from.own[i], from.roleSets[i]));
            }
        }

        /// Somebody who is there.
        Entry get(int number) {
            return entries.get(number);
        }

        int count() {
            return entries.size();
        }

        /// The number of a user, -1 for an unknown one. It holds until somebody is removed.
        int numberOf(UserId id) {
            return numbers.getOrDefault(id, -1);
        }

        /// Puts somebody in the place of who they were.
        void set(int number, Entry entry) {
            entries.set(number, entry);
        }

        /// Adds somebody.
        void add(Entry entry) {
            own().put(entry.user().id(), entries.size());
            entries.add(entry);
        }

        /// Takes somebody away; the last gets their number.
        void remove(UserId id) {
            Integer number = own().remove(id);
            if (number != null) {
                Entry last = entries.removeLast();
                if (number < entries.size()) {
                    entries.set(number, last);
                    numbers.put(last.user().id(), number);
                }
            }
        }

        private Map<UserId, Integer> own() {
            if (shared) {
                numbers = new HashMap<>(numbers);
                shared = false;
            }
            return numbers;
        }

        /// The draft is of no use afterwards.
        UserRules build(RoleRules ofRoles) {
            return new UserRules(numbers, entries, ofRoles);
        }
    }

    /// To change them.
    Draft draft() {
        return new Draft(this);
    }

    /// The same users with other rules.
    ///
    /// @param tables what some are granted alone now
    @SuppressWarnings("ReferenceEquality")
    UserRules with(Map<UserId, RuleTable> tables, RoleRules next) {
        if (tables.isEmpty() && next == ofRoles) {
            return this;
        }
        RuleTable[] nextOwn = tables.isEmpty() ? own : own.clone();
        tables.forEach((id, table) -> nextOwn[numberOf(id)] = table);
        return new UserRules(this, nextOwn, next);
    }

    private UserRules(UserRules from, RuleTable[] own, RoleRules ofRoles) {
        this.numbers = from.numbers;
        this.users = from.users;
        this.scanners = from.scanners;
        this.own = own;
        this.roleSets = from.roleSets;
        this.ofRoles = ofRoles;
    }

    /// Whether the other has the same users by the same numbers, and they may do the same; it may have when this says
    /// no.
    @SuppressWarnings("ReferenceEquality") // to compare them would cost what this saves
    boolean hasUsersOf(UserRules other) {
        return users == other.users;
    }

    int count() {
        return users.length;
    }

    /// The number of a user, -1 for an unknown one.
    int numberOf(UserId id) {
        return numbers.getOrDefault(id, -1);
    }

    /// Whether there is a user of that number.
    boolean isKnown(int number) {
        return number >= 0 && number < users.length;
    }

    User user(int number) {
        return users[number];
    }

    boolean isScanner(int number) {
        return scanners[number];
    }

    /// What is granted to one user alone.
    RuleTable own(int number) {
        return own[number];
    }

    RoleRules ofRoles() {
        return ofRoles;
    }

    /// Weighs what a user has around an address.
    void weigh(int number, long high, long low, Decision into) {
        own[number].weigh(high, low, into);
        ofRoles.weigh(roleSets[number], high, low, into);
    }

    /// The same rules, whatever their ports, in the order in which they decide.
    List<Rule> around(int number, Cidr host, RuleBook book) {
        return Stream.concat(
                        own[number].around(host, book).stream(), ofRoles.around(roleSets[number], host, book).stream())
                .sorted(Comparator.comparingInt((Rule rule) -> book.rank(rule.slot())))
                .toList();
    }
}
