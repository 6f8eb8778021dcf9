package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// One step from a compiled policy to the next: makes the rules of what is different and the tables of those who have
/// them, and takes all else as it is. Used once, by one thread.
final class PolicyEdit {
    private final Compilation before;
    private final SnapshotParts old;
    private final Policy next;
    private final PolicyDifference difference;
    private final EditCheck check;

    /// @param check has said that it fits
    PolicyEdit(Compilation before, Policy next, PolicyDifference difference, EditCheck check) {
        this.before = before;
        this.old = before.snapshot().parts();
        this.next = next;
        this.difference = difference;
        this.check = check;
    }

    /// Makes the next policy of the one before, whose maps and numbers are its from now on.
    Compilation apply() {
        difference.resources().gone().forEach(resource -> before.resources().remove(resource.id()));
        before.resources().putAll(check.comeResources());
        List<Rule> come = new ArrayList<>();
        difference.grants().come().forEach(grant -> come.add(made(grant)));
        check.again().forEach(grant -> come.add(made(grant)));
        RuleBook book = check.gone().isEmpty() && come.isEmpty()
                ? old.book()
                : before.maker().next(old.book(), check.gone(), come);
        check.gone().forEach(rule -> before.rules().remove(rule.grant().id()));
        come.forEach(rule -> before.rules().put(rule.grant().id(), rule));
        SnapshotParts parts = parts(book, come);
        return new Compilation(
                new PolicySnapshot(next, parts),
                before.maker(),
                before.rules(),
                before.resources(),
                before.handedOff());
    }

    private Rule made(Grant grant) {
        IpResource resource = before.resources().get(grant.resource());
        if (resource == null) {
            throw new IllegalStateException("grant '" + grant.id() + "' passed the check");
        }
        return before.maker().rule(grant, resource, before.handedOff().get(grant.resource()));
    }

    private SnapshotParts parts(RuleBook book, List<Rule> come) {
        Map<Subject, Touched> touched = new HashMap<>();
        Touched ofRoles = new Touched();
        check.gone().forEach(rule -> touched(rule, touched, ofRoles).gone().add(rule));
        come.forEach(rule -> touched(rule, touched, ofRoles).come().add(rule));
        RoleRules roleRules = ofRoles.isEmpty()
                ? old.users().ofRoles()
                : old.users().ofRoles().with(old.book(), ofRoles.gone(), ofRoles.come(), this::role);
        Map<Cidr, RuleTable> networks = new HashMap<>();
        Map<UserId, Touched> users = new HashMap<>();
        touched.forEach((subject, what) -> {
            switch (subject) {
                case Subject.User(UserId id) -> users.put(id, what);
                case Subject.Network(Cidr block) ->
                    networks.put(block, table(old.networks().table(block), what, book));
                case Subject.Role _ -> throw new IllegalStateException("rules of roles are kept apart");
            }
        });
        return new SnapshotParts(
                check.graph(),
                book,
                users(users, roleRules, book),
                old.networks().with(networks),
                decoys());
    }

    /// The rules that one subject loses and gets.
    private record Touched(Set<Rule> gone, List<Rule> come) {
        Touched() {
            this(new HashSet<>(), new ArrayList<>());
        }

        boolean isEmpty() {
            return gone.isEmpty() && come.isEmpty();
        }
    }

    private static Touched touched(Rule rule, Map<Subject, Touched> bySubject, Touched ofRoles) {
        Subject to = rule.grant().to();
        return to instanceof Subject.Role ? ofRoles : bySubject.computeIfAbsent(to, _ -> new Touched());
    }

    private RuleTable table(RuleTable now, Touched what, RuleBook book) {
        return now.with(old.book(), what.gone(), what.come(), book);
    }

    /// The number of a rule's role.
    private int role(Rule rule) {
        return rule.grant().to() instanceof Subject.Role(RoleId id)
                ? check.graph().indexOf(id)
                : -1;
    }

    private UserRules users(Map<UserId, Touched> touched, RoleRules roleRules, RuleBook book) {
        if (difference.users().isEmpty() && difference.roles().isEmpty()) {
            Map<UserId, RuleTable> tables = new HashMap<>();
            touched.forEach((id, what) ->
                    tables.put(id, table(old.users().own(old.users().numberOf(id)), what, book)));
            return old.users().with(tables, roleRules);
        }
        UserRules.Draft draft = old.users().draft();
        Map<List<RoleId>, RoleSet> known = new HashMap<>();
        inherit(draft, known);
        for (User user : difference.users().come()) {
            RoleSet roles = known.computeIfAbsent(user.roles(), check.graph()::roleSet);
            int number = draft.numberOf(user.id());
            if (number < 0) {
                draft.add(UserRules.Entry.of(user, RuleTable.EMPTY, roles));
            } else {
                draft.set(number, UserRules.Entry.of(user, draft.get(number).own(), roles));
            }
        }
        touched.forEach((id, what) -> {
            UserRules.Entry entry = draft.get(draft.numberOf(id));
            draft.set(draft.numberOf(id), entry.with(table(entry.own(), what, book)));
        });
        Set<Object> stay = difference.users().comeNames(User::id);
        difference.users().gone().stream()
                .filter(user -> !stay.contains(user.id()))
                .forEach(user -> draft.remove(user.id()));
        return draft.build(roleRules);
    }

    /// Gives those who have a role that has changed what they have by it now.
    private void inherit(UserRules.Draft draft, Map<List<RoleId>, RoleSet> known) {
        int[] changed = difference.roles().gone().stream()
                .mapToInt(role -> check.graph().indexOf(role.id()))
                .toArray();
        for (int number = 0; changed.length > 0 && number < draft.count(); number++) {
            UserRules.Entry entry = draft.get(number);
            if (Arrays.stream(changed).anyMatch(entry.roles()::has)) {
                RoleSet roles = known.computeIfAbsent(entry.user().roles(), check.graph()::roleSet);
                draft.set(number, UserRules.Entry.of(entry.user(), entry.own(), roles));
            }
        }
    }

    private Decoys decoys() {
        boolean touched = Stream.concat(difference.resources().gone().stream(), difference.resources().come().stream())
                .anyMatch(IpResource::decoy);
        return touched ? new Decoys(next.resources()) : old.decoys();
    }
}
