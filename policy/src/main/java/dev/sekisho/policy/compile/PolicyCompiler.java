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
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Checks a policy and turns it into a [PolicySnapshot].
public final class PolicyCompiler {
    private final Policy policy;
    private final RoleGraph graph;
    private final Map<UserId, Integer> userIndexes;
    private final Map<Cidr, Integer> networkSubjects = new LinkedHashMap<>();

    private PolicyCompiler(Policy policy, RoleGraph graph) {
        this.policy = policy;
        this.graph = graph;
        this.userIndexes = HashMap.newHashMap(policy.users().size());
    }

    /// Thread-safe.
    ///
    /// @throws PolicyException naming every problem: names that are used twice or refer to nothing, roles
    ///     that belong to each other in a circle, hand-offs of what their resource doesn't open
    public static PolicySnapshot compile(Policy policy) {
        RoleGraph graph = new RoleGraph(policy.roles());
        List<String> problems = new PolicyCheck(policy, graph).problems();
        if (!problems.isEmpty()) {
            throw new PolicyException(problems);
        }
        return new PolicyCompiler(policy, graph).snapshot();
    }

    private PolicySnapshot snapshot() {
        int[][] subjects = new int[policy.users().size()][];
        for (int user = 0; user < subjects.length; user++) {
            userIndexes.put(policy.users().get(user).id(), user);
            subjects[user] = subjectsOf(user);
        }
        BlockTable<Rule> rules = ruleTable();
        return new PolicySnapshot(policy, graph, userIndexes, subjects, rules, decoyTable(), networkTable());
    }

    private int[] subjectsOf(int user) {
        User who = policy.users().get(user);
        int[] roles = graph.reachable(who.roles());
        int[] subjects = new int[1 + roles.length];
        subjects[0] = user;
        for (int i = 0; i < roles.length; i++) {
            subjects[1 + i] = firstRole() + roles[i];
        }
        Arrays.sort(subjects);
        return subjects;
    }

    private int firstRole() {
        return policy.users().size();
    }

    private int firstNetwork() {
        return firstRole() + graph.count();
    }

    private BlockTable<Rule> ruleTable() {
        List<Rule> sorted = rules();
        List<BlockTable.Entry<Rule>> entries = new ArrayList<>(sorted.size());
        for (Rule rule : sorted) {
            entries.add(new BlockTable.Entry<>(
                    subject(rule.grant().to()), rule.resource().block(), rule));
        }
        return new BlockTable<>(entries, Rule[]::new);
    }

    private List<Rule> rules() {
        Map<ResourceId, PortSet> handedOff =
                HashMap.newHashMap(policy.handOffs().size());
        for (HandOff handOff : policy.handOffs()) {
            handedOff.merge(handOff.resource(), handOff.ports(), PortSet::union);
        }
        Map<ResourceId, IpResource> resources =
                HashMap.newHashMap(policy.resources().size());
        policy.resources().forEach(resource -> resources.put(resource.id(), resource));
        Map<PortSet, PortSet> portSets = new HashMap<>();
        List<Rule> rules = new ArrayList<>(policy.grants().size());
        for (Grant grant : policy.grants()) {
            IpResource resource = checked(resources.get(grant.resource()));
            PortSet ports = portSets.computeIfAbsent(resource.ports(), same -> same);
            rules.add(new Rule(grant, resource, ports, handedOff.get(grant.resource())));
        }
        rules.sort(Rule.MOST_SPECIFIC_FIRST);
        for (int i = 0; i < rules.size(); i++) {
            rules.get(i).rank(i);
        }
        return rules;
    }

    private int subject(Subject subject) {
        return switch (subject) {
            case Subject.User(UserId id) -> checked(userIndexes.get(id));
            case Subject.Role(RoleId id) -> firstRole() + graph.indexOf(id);
            case Subject.Network(Cidr block) ->
                networkSubjects.computeIfAbsent(block, added -> firstNetwork() + networkSubjects.size());
        };
    }

    /// What [PolicyCheck] has found to be there.
    private static <T> T checked(@Nullable T found) {
        if (found == null) {
            throw new AssertionError("a name that refers to nothing passed the check");
        }
        return found;
    }

    private BlockTable<IpResource> decoyTable() {
        List<BlockTable.Entry<IpResource>> entries = policy.resources().stream()
                .filter(IpResource::decoy)
                .sorted(Comparator.comparing(IpResource::id))
                .map(decoy -> new BlockTable.Entry<>(0, decoy.block(), decoy))
                .toList();
        return new BlockTable<>(entries, IpResource[]::new);
    }

    private BlockTable<Integer> networkTable() {
        List<BlockTable.Entry<Integer>> entries = new ArrayList<>();
        networkSubjects.forEach((block, subject) -> entries.add(new BlockTable.Entry<>(0, block, subject)));
        return new BlockTable<>(entries, Integer[]::new);
    }
}
