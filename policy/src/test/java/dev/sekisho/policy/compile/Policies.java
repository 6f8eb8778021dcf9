package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.HandOff;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.Validity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Writes a policy in few words. A subject is `user:alice`, `role:staff` or `net:10.0.0.0/8`; a target is
/// in the short form. Owner: one test.
final class Policies {
    private final List<Role> roles = new ArrayList<>();
    private final List<User> users = new ArrayList<>();
    private final List<IpResource> resources = new ArrayList<>();
    private final List<Grant> grants = new ArrayList<>();
    private final List<HandOff> handOffs = new ArrayList<>();

    Policies role(String name, String... belongsTo) {
        roles.add(new Role(new RoleId(name), roleIds(belongsTo)));
        return this;
    }

    Policies user(String name, String... has) {
        users.add(new User(new UserId(name), roleIds(has), Set.of()));
        return this;
    }

    Policies scanner(String name) {
        users.add(new User(new UserId(name), List.of(), Set.of(Permission.IP_SCAN)));
        return this;
    }

    private static List<RoleId> roleIds(String... names) {
        return Arrays.stream(names).map(RoleId::new).toList();
    }

    Policies resource(String name, String target) {
        resources.add(IpResource.parse(new ResourceId(name), target));
        return this;
    }

    Policies decoy(String name, String target) {
        IpResource like = IpResource.parse(new ResourceId(name), target);
        resources.add(new IpResource(like.id(), like.block(), like.ports(), like.transport(), true));
        return this;
    }

    Policies allow(String name, String resource, String to) {
        return grant(name, resource, to, false, false, Validity.ALWAYS);
    }

    Policies mfa(String name, String resource, String to) {
        return grant(name, resource, to, false, true, Validity.ALWAYS);
    }

    Policies deny(String name, String resource, String to) {
        return grant(name, resource, to, true, false, Validity.ALWAYS);
    }

    Policies grant(String name, String resource, String to, boolean deny, boolean mfa, Validity validity) {
        grants.add(new Grant(new GrantId(name), new ResourceId(resource), subject(to), deny, mfa, validity));
        return this;
    }

    private static Subject subject(String text) {
        String name = text.substring(text.indexOf(':') + 1);
        return switch (text.substring(0, text.indexOf(':'))) {
            case "user" -> new Subject.User(new UserId(name));
            case "role" -> new Subject.Role(new RoleId(name));
            case "net" -> new Subject.Network(Cidr.parseExact(name));
            default -> throw new IllegalArgumentException(text);
        };
    }

    Policies handOff(String resource, String ports) {
        handOffs.add(new HandOff(new ResourceId(resource), PortSet.parse(ports)));
        return this;
    }

    Policy policy() {
        return new Policy(7, roles, users, resources, grants, handOffs);
    }

    PolicySnapshot compile() {
        return PolicyCompiler.compile(policy());
    }
}
