package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.HandOff;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Turns the grants of a policy into tables, all of them. Used once, by one thread.
///
/// Subjects are numbered: users, then roles, then networks. Rules are sorted once, by the order in which they decide;
/// after that they are numbers, and sorting them by block and by subject is counting.
final class RuleCompiler {
    private final Policy policy;
    private final RoleGraph graph;
    private final RuleMaker maker;
    private final Map<UserId, Integer> userNumbers;
    private final Map<ResourceId, IpResource> resources;
    private final Map<Cidr, Integer> networks = new LinkedHashMap<>();
    private final List<Cidr> blocks = new ArrayList<>();
    private final RuleBook book;

    /// By slot, which is the rank here.
    private final int[] blockOf;

    private final int[] subjectOf;

    /// All slots, by subject and then by block, and where each subject begins.
    private final int[] bySubject;

    private final int[] subjectsFrom;

    /// @param policy checked
    /// @param maker new
    RuleCompiler(Policy policy, RoleGraph graph, RuleMaker maker) {
        this.policy = policy;
        this.graph = graph;
        this.maker = maker;
        this.userNumbers = HashMap.newHashMap(policy.users().size());
        policy.users().forEach(user -> userNumbers.put(user.id(), userNumbers.size()));
        this.resources = HashMap.newHashMap(policy.resources().size());
        policy.resources().forEach(resource -> resources.put(resource.id(), resource));
        book = maker.first(rules());
        blockOf = placeBlocks();
        subjectOf = new int[book.count()];
        for (int slot = 0; slot < subjectOf.length; slot++) {
            subjectOf[slot] = subject(book.rule(slot).grant().to());
        }
        int subjects = firstNetwork() + networks.size();
        int[] byBlock = Placed.sorted(IntStream.range(0, book.count()).toArray(), slot -> blockOf[slot], blocks.size());
        bySubject = Placed.sorted(byBlock, slot -> subjectOf[slot], subjects);
        subjectsFrom = new int[subjects + 1];
        for (int subject : subjectOf) {
            subjectsFrom[subject + 1]++;
        }
        for (int subject = 1; subject <= subjects; subject++) {
            subjectsFrom[subject] += subjectsFrom[subject - 1];
        }
    }

    private List<Rule> rules() {
        Map<ResourceId, PortSet> handedOff = handedOff(policy);
        List<Rule> rules = new ArrayList<>(policy.grants().size());
        for (Grant grant : policy.grants()) {
            rules.add(maker.rule(grant, checked(resources.get(grant.resource())), handedOff.get(grant.resource())));
        }
        rules.sort(Rule.MOST_SPECIFIC_FIRST);
        return rules;
    }

    /// The ports that go to a proxy.
    static Map<ResourceId, PortSet> handedOff(Policy policy) {
        Map<ResourceId, PortSet> handedOff =
                HashMap.newHashMap(policy.handOffs().size());
        for (HandOff handOff : policy.handOffs()) {
            handedOff.merge(handOff.resource(), handOff.ports(), PortSet::union);
        }
        return handedOff;
    }

    /// Numbers the blocks of resources, in their order.
    ///
    /// @return by slot
    private int[] placeBlocks() {
        List<IpResource> all = policy.resources();
        int[] ordered = Placed.sorted(
                IntStream.range(0, all.size()).toArray(),
                i -> BlockIndex.place(all.get(i).block()),
                BlockIndex.PLACES);
        Map<Cidr, Integer> numbers = HashMap.newHashMap(all.size());
        for (int i : ordered) {
            if (numbers.putIfAbsent(all.get(i).block(), blocks.size()) == null) {
                blocks.add(all.get(i).block());
            }
        }
        int[] placed = new int[book.count()];
        for (int slot = 0; slot < placed.length; slot++) {
            placed[slot] = checked(numbers.get(book.rule(slot).resource().block()));
        }
        return placed;
    }

    private int subject(Subject subject) {
        return switch (subject) {
            case Subject.User(UserId id) -> checked(userNumbers.get(id));
            case Subject.Role(RoleId id) -> firstRole() + graph.indexOf(id);
            case Subject.Network(Cidr block) ->
                networks.computeIfAbsent(block, added -> firstNetwork() + networks.size());
        };
    }

    private int firstRole() {
        return policy.users().size();
    }

    private int firstNetwork() {
        return firstRole() + graph.count();
    }

    /// What [PolicyCheck] has found to be there.
    private static <T> T checked(@Nullable T found) {
        if (found == null) {
            throw new AssertionError("a name that refers to nothing passed the check");
        }
        return found;
    }

    SnapshotParts parts() {
        return new SnapshotParts(graph, book, userRules(), networkRules(), new Decoys(policy.resources()));
    }

    private UserRules userRules() {
        Map<List<RoleId>, RoleSet> known = new HashMap<>();
        UserRules.Draft users = new UserRules.Draft(firstRole());
        for (int number = 0; number < firstRole(); number++) {
            User user = policy.users().get(number);
            RoleSet roles = known.computeIfAbsent(user.roles(), graph::roleSet);
            users.add(UserRules.Entry.of(user, table(number), roles));
        }
        return users.build(roleRules());
    }

    private RoleRules roleRules() {
        int[] ofRoles = Arrays.copyOfRange(bySubject, subjectsFrom[firstRole()], subjectsFrom[firstNetwork()]);
        int[] roleOf = new int[book.count()];
        Arrays.setAll(roleOf, slot -> subjectOf[slot] - firstRole());
        return RoleRules.of(book, placed(Placed.sorted(ofRoles, slot -> blockOf[slot], blocks.size())), roleOf);
    }

    private NetworkRules networkRules() {
        Map<Cidr, RuleTable> tables = new HashMap<>();
        networks.forEach((block, subject) -> tables.put(block, table(subject)));
        return new NetworkRules(tables);
    }

    private RuleTable table(int subject) {
        int from = subjectsFrom[subject];
        int to = subjectsFrom[subject + 1];
        return from == to ? RuleTable.EMPTY : new RuleTable(book, placed(Arrays.copyOfRange(bySubject, from, to)));
    }

    private Placed placed(int[] slots) {
        return new Placed(slots, slot -> blocks.get(blockOf[slot]));
    }
}
