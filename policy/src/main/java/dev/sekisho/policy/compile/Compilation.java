package dev.sekisho.policy.compile;

import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.ResourceId;
import java.util.HashMap;
import java.util.Map;

/// The policy that was compiled last, and what is to be known of it to compile the next. Owner: one compiler, which
/// changes the maps with every policy.
///
/// @param rules by the names of their grants
/// @param resources by name, the very ones that the rules are about
/// @param handedOff ports of resources that go to a proxy
record Compilation(
        PolicySnapshot snapshot,
        RuleMaker maker,
        Map<GrantId, Rule> rules,
        Map<ResourceId, IpResource> resources,
        Map<ResourceId, PortSet> handedOff) {
    /// All of a policy.
    ///
    /// @throws PolicyException as [PolicyCompiler#compile]
    static Compilation whole(Policy policy) {
        RuleMaker maker = new RuleMaker();
        PolicySnapshot snapshot = PolicyCompiler.compile(policy, maker);
        RuleBook book = snapshot.parts().book();
        Map<GrantId, Rule> rules = HashMap.newHashMap(book.count());
        for (int rank = 0; rank < book.count(); rank++) {
            rules.put(book.ranked(rank).grant().id(), book.ranked(rank));
        }
        Map<ResourceId, IpResource> resources =
                HashMap.newHashMap(policy.resources().size());
        policy.resources().forEach(resource -> resources.put(resource.id(), resource));
        return new Compilation(snapshot, maker, rules, resources, RuleCompiler.handedOff(policy));
    }
}
