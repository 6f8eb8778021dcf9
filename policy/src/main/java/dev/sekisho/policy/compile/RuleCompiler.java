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
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.Validity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Turns the grants of a policy into tables. Used once, by one thread.
///
/// Subjects are numbered: users, then roles, then networks. Rules are sorted once, by the order in which they decide;
/// after that they are numbers, and sorting them by block and by subject is counting.
final class RuleCompiler {
    private final Policy policy;
    private final RoleGraph graph;
    private final Map<UserId, Integer> userIndexes;
    private final Map<ResourceId, IpResource> resources;
    private final Map<Cidr, Integer> networks = new LinkedHashMap<>();
    private final List<Cidr> blocks = new ArrayList<>();
    private final RuleBook book;

    /// By rank.
    private final int[] blockOf;

    private final int[] subjectOf;

    /// All ranks, by subject and then by block, and where each subject begins.
    private final int[] bySubject;

    private final int[] subjectsFrom;

    /// @param policy checked
    RuleCompiler(Policy policy, RoleGraph graph, Map<UserId, Integer> userIndexes) {
        this.policy = policy;
        this.graph = graph;
        this.userIndexes = userIndexes;
        this.resources = HashMap.newHashMap(policy.resources().size());
        policy.resources().forEach(resource -> resources.put(resource.id(), resource));
        book = new RuleBook(rules());
        blockOf = placeBlocks();
        subjectOf = new int[book.count()];
        for (int rank = 0; rank < subjectOf.length; rank++) {
            subjectOf[rank] = subject(book.rule(rank).grant().to());
        }
        int subjects = firstNetwork() + networks.size();
        int[] byBlock = Placed.sorted(IntStream.range(0, book.count()).toArray(), rank -> blockOf[rank], blocks.size());
        bySubject = Placed.sorted(byBlock, rank -> subjectOf[rank], subjects);
        subjectsFrom = new int[subjects + 1];
        for (int subject : subjectOf) {
            subjectsFrom[subject + 1]++;
        }
        for (int subject = 1; subject <= subjects; subject++) {
            subjectsFrom[subject] += subjectsFrom[subject - 1];
        }
    }

    private List<Rule> rules() {
        Map<ResourceId, PortSet> handedOff =
                HashMap.newHashMap(policy.handOffs().size());
        for (HandOff handOff : policy.handOffs()) {
            handedOff.merge(handOff.resource(), handOff.ports(), PortSet::union);
        }
        Map<Validity, Timing> timings = new HashMap<>();
        List<Rule> rules = new ArrayList<>(policy.grants().size());
        for (Grant grant : policy.grants()) {
            Timing timing = timings.computeIfAbsent(grant.validity(), Timing::of);
            IpResource resource = checked(resources.get(grant.resource()));
            rules.add(new Rule(grant, resource, handedOff.get(grant.resource()), timing));
        }
        rules.sort(Rule.MOST_SPECIFIC_FIRST);
        return rules;
    }

    /// Numbers the blocks of resources, in their order.
    ///
    /// @return by rank
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
        for (int rank = 0; rank < placed.length; rank++) {
            placed[rank] = checked(numbers.get(block(rank)));
        }
        return placed;
    }

    private Cidr block(int rank) {
        return book.rule(rank).resource().block();
    }

    private int subject(Subject subject) {
        return switch (subject) {
            case Subject.User(UserId id) -> checked(userIndexes.get(id));
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

    RuleBook book() {
        return book;
    }

    UserRules userRules() {
        RuleTable none = new RuleTable(book, placed(new int[0]));
        Map<List<RoleId>, RoleSet> known = new HashMap<>();
        List<RuleTable> own = new ArrayList<>(firstRole());
        List<RoleSet> roleSets = new ArrayList<>(firstRole());
        for (int user = 0; user < firstRole(); user++) {
            own.add(subjectsFrom[user] == subjectsFrom[user + 1] ? none : table(user));
            roleSets.add(known.computeIfAbsent(policy.users().get(user).roles(), this::roleSet));
        }
        return new UserRules(own, roleSets, roleRules());
    }

    private RoleSet roleSet(List<RoleId> direct) {
        return direct.isEmpty() ? RoleSet.NONE : new RoleSet(graph.reachable(direct), graph.count());
    }

    private RoleRules roleRules() {
        int[] ofRoles = Arrays.copyOfRange(bySubject, subjectsFrom[firstRole()], subjectsFrom[firstNetwork()]);
        int[] roleOf = new int[book.count()];
        Arrays.setAll(roleOf, rank -> subjectOf[rank] - firstRole());
        return new RoleRules(book, placed(Placed.sorted(ofRoles, rank -> blockOf[rank], blocks.size())), roleOf);
    }

    NetworkRules networkRules() {
        List<Cidr> ordered = networks.keySet().stream()
                .sorted(Comparator.comparingInt(BlockIndex::place))
                .toList();
        return new NetworkRules(
                ordered,
                ordered.stream()
                        .map(block -> table(checked(networks.get(block))))
                        .toList());
    }

    private RuleTable table(int subject) {
        return new RuleTable(
                book, placed(Arrays.copyOfRange(bySubject, subjectsFrom[subject], subjectsFrom[subject + 1])));
    }

    private Placed placed(int[] ranks) {
        return new Placed(ranks, blockOf, blocks);
    }
}
