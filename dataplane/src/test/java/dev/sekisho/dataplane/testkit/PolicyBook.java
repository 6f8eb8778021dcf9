package dev.sekisho.dataplane.testkit;

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
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.Validity;
import dev.sekisho.policy.WeeklySchedule;
import dev.sekisho.policy.compile.PolicyCompiler;
import dev.sekisho.policy.compile.PolicySnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A policy that a test writes line by line and may change. Subjects are written `alice`, `role:staff` or
/// `net:10.0.0.0/8`; grants go by their name. Mutable, fluent.
public final class PolicyBook {
    /// A policy with nothing in it.
    public PolicyBook() {}

    private final List<Role> roles = new ArrayList<>();
    private final List<User> users = new ArrayList<>();
    private final List<IpResource> resources = new ArrayList<>();
    private final List<Grant> grants = new ArrayList<>();
    private final List<HandOff> handOffs = new ArrayList<>();
    private long version;

    public PolicyBook role(String name, String... memberOf) {
        roles.add(new Role(new RoleId(name), roleIds(memberOf)));
        return this;
    }

    public PolicyBook user(String name, String... roleNames) {
        users.add(new User(new UserId(name), roleIds(roleNames), Set.of()));
        return this;
    }

    public PolicyBook scanner(String name) {
        users.add(new User(new UserId(name), List.of(), Set.of(Permission.IP_SCAN)));
        return this;
    }

    private static List<RoleId> roleIds(String... names) {
        return Stream.of(names).map(RoleId::new).toList();
    }

    public PolicyBook resource(String name, String block, String ports) {
        return resource(name, block, ports, Transport.BOTH);
    }

    public PolicyBook resource(String name, String block, String ports, Transport transport) {
        resources.removeIf(resource -> resource.id().name().equals(name));
        resources.add(resource(name, block, ports, transport, false));
        return this;
    }

    public PolicyBook decoy(String name, String block, String ports) {
        resources.add(resource(name, block, ports, Transport.BOTH, true));
        return this;
    }

    private static IpResource resource(String name, String block, String ports, Transport transport, boolean decoy) {
        return new IpResource(new ResourceId(name), Cidr.parse(block), PortSet.parse(ports), transport, decoy);
    }

    /// Allows without a second factor.
    public PolicyBook allow(String name, String resource, String to) {
        return grant(name, resource, to, false, false, Validity.ALWAYS);
    }

    /// Allows with a second factor.
    public PolicyBook ask(String name, String resource, String to) {
        return grant(name, resource, to, false, true, Validity.ALWAYS);
    }

    public PolicyBook deny(String name, String resource, String to) {
        return grant(name, resource, to, true, false, Validity.ALWAYS);
    }

    /// Allows within a time; an empty text leaves an end or the schedule open.
    public PolicyBook allowWhile(String name, String resource, String to, String from, String until, String weekly) {
        Validity validity = new Validity(
                Optional.of(from).filter(text -> !text.isEmpty()).map(Instant::parse),
                Optional.of(until).filter(text -> !text.isEmpty()).map(Instant::parse),
                Optional.of(weekly).filter(text -> !text.isEmpty()).map(WeeklySchedule::parse));
        return grant(name, resource, to, false, false, validity);
    }

    private PolicyBook grant(String name, String resource, String to, boolean deny, boolean mfa, Validity validity) {
        revoke(name);
        grants.add(new Grant(new GrantId(name), new ResourceId(resource), subject(to), deny, mfa, validity));
        return this;
    }

    private static Subject subject(String text) {
        if (text.startsWith("role:")) {
            return new Subject.Role(new RoleId(text.substring(5)));
        }
        if (text.startsWith("net:")) {
            return new Subject.Network(Cidr.parse(text.substring(4)));
        }
        return new Subject.User(new UserId(text));
    }

    public PolicyBook revoke(String name) {
        grants.removeIf(grant -> grant.id().name().equals(name));
        return this;
    }

    public PolicyBook handOff(String resource, String ports) {
        handOffs.add(new HandOff(new ResourceId(resource), PortSet.parse(ports)));
        return this;
    }

    public PolicyBook noHandOffs() {
        handOffs.clear();
        return this;
    }

    public PolicySnapshot compile() {
        return PolicyCompiler.compile(new Policy(++version, roles, users, resources, grants, handOffs));
    }
}
