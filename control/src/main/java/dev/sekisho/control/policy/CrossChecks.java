package dev.sekisho.control.policy;

import dev.sekisho.control.tunnel.InterfaceAddress;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.HandOff;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.Transport;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What shows only when the whole file is read: names that nothing has, and what is there twice. One owner
/// thread.
///
/// @param people users, roles and devices
/// @param access resources, grants and hand-offs
/// @param problems where it goes
record CrossChecks(PeopleParser people, AccessParser access, Problems problems) {
    void run(NetworkSection network) {
        roles();
        users();
        devices(network);
        access.grants.forEach(this::grant);
        access.handOffs.forEach(this::handOff);
        secondFactors();
    }

    private void roles() {
        people.roles.values().forEach(role -> membership(role, role.value().roles()));
        Set<RoleId> finished = new HashSet<>();
        for (Role role : people.roleOrder) {
            findCycle(role.id(), finished);
        }
    }

    private void users() {
        people.users.values().forEach(user -> membership(user, user.value().roles()));
    }

    private void membership(Located<?> member, List<RoleId> roles) {
        for (RoleId role : roles) {
            if (!people.roles.containsKey(role)) {
                problems.add(member.line(), member.path() + ".roles", "there is no role '" + role + "'");
            }
        }
    }

    /// Walks up from one role; a role that is met again on its own way up is a cycle.
    private void findCycle(RoleId start, Set<RoleId> finished) {
        Deque<RoleId> way = new ArrayDeque<>();
        Deque<Deque<RoleId>> open = new ArrayDeque<>();
        Set<RoleId> onWay = new HashSet<>();
        descend(start, way, open, onWay);
        while (!open.isEmpty()) {
            Deque<RoleId> left = open.getLast();
            if (left.isEmpty()) {
                open.removeLast();
                RoleId done = way.removeLast();
                onWay.remove(done);
                finished.add(done);
                continue;
            }
            RoleId next = left.removeFirst();
            if (onWay.contains(next)) {
                Located<Role> role = people.roles.get(next);
                if (role != null) {
                    problems.add(role.line(), role.path() + ".roles", "'" + next + "' is a member of itself");
                }
            } else if (!finished.contains(next)) {
                descend(next, way, open, onWay);
            }
        }
    }

    private void descend(RoleId role, Deque<RoleId> way, Deque<Deque<RoleId>> open, Set<RoleId> onWay) {
        Located<Role> found = people.roles.get(role);
        way.addLast(role);
        onWay.add(role);
        open.addLast(
                found == null
                        ? new ArrayDeque<>()
                        : new ArrayDeque<>(found.value().roles()));
    }

    private void devices(NetworkSection network) {
        Map<PublicKey, String> keys = new HashMap<>();
        Map<Cidr, String> addresses = new HashMap<>();
        for (InterfaceAddress own : network.addresses()) {
            InetAddress address = own.address();
            addresses.put(Cidr.of(address, address.getAddress().length * Byte.SIZE), "the server");
        }
        for (Located<DeviceSection> device : people.devices) {
            DeviceSection value = device.value();
            if (!people.users.containsKey(value.user())) {
                problems.add(device.line(), device.path() + ".user", "there is no user '" + value.user() + "'");
            }
            String other = keys.putIfAbsent(value.publicKey(), "device '" + value.id() + "'");
            if (other != null) {
                problems.add(device.line(), device.path() + ".publicKey", "is also the key of " + other);
            }
            for (Cidr address : value.addresses()) {
                address(network, device, address, addresses);
            }
        }
    }

    private void address(
            NetworkSection network, Located<DeviceSection> device, Cidr address, Map<Cidr, String> addresses) {
        String path = device.path() + ".addresses";
        String holder =
                addresses.putIfAbsent(address, "device '" + device.value().id() + "'");
        if (holder != null) {
            problems.add(device.line(), path, "'" + host(address) + "' is also an address of " + holder);
        }
        boolean inside =
                network.addresses().stream().anyMatch(own -> own.network().contains(address.high(), address.low()));
        if (!inside) {
            problems.warn(
                    device.line(),
                    path,
                    "'" + host(address) + "' lies in no network of network.addresses: it needs a route of its own");
        }
    }

    private static String host(Cidr address) {
        String text = address.toString();
        return text.substring(0, text.indexOf('/'));
    }

    private void grant(Located<Grant> located) {
        Grant grant = located.value();
        if (!access.resources.containsKey(grant.resource())) {
            problems.add(
                    located.line(), located.path() + ".resource", "there is no resource '" + grant.resource() + "'");
        }
        switch (grant.to()) {
            case Subject.User user
            when !people.users.containsKey(user.id()) ->
                problems.add(
                        located.line(),
                        located.path() + ".to",
                        "there is no user '" + user.id() + "'"
                                + (people.roles.containsKey(new RoleId(user.id().name()))
                                        ? "; for the role write role:" + user.id()
                                        : ""));
            case Subject.Role role
            when !people.roles.containsKey(role.id()) ->
                problems.add(located.line(), located.path() + ".to", "there is no role '" + role.id() + "'");
            case Subject.User _, Subject.Role _, Subject.Network _ -> {}
        }
    }

    private void handOff(Located<HandOff> located) {
        HandOff handOff = located.value();
        IpResource resource = access.resources.get(handOff.resource());
        if (resource == null) {
            problems.add(
                    located.line(), located.path() + ".resource", "there is no resource '" + handOff.resource() + "'");
            return;
        }
        if (resource.transport() == Transport.UDP) {
            problems.add(
                    located.line(), located.path() + ".resource", "only TCP can be handed off; this one is UDP only");
        }
        if (!contains(resource.ports(), handOff.ports())) {
            problems.add(
                    located.line(),
                    located.path() + ".ports",
                    "'" + handOff.ports() + "' are not all among the resource's ports (" + resource.ports() + ")");
        }
    }

    private static boolean contains(PortSet outer, PortSet inner) {
        int[] ranges = inner.ranges();
        for (int i = 0; i < ranges.length; i += 2) {
            for (int port = ranges[i]; port <= ranges[i + 1]; port++) {
                if (!outer.contains(port)) {
                    return false;
                }
            }
        }
        return true;
    }

    private void secondFactors() {
        boolean anyMfa = access.grants.stream()
                .anyMatch(grant -> grant.value().mfa() && !grant.value().deny());
        long without = people.userOrder.stream()
                .filter(user -> !people.totp.containsKey(user.id()))
                .count();
        if (anyMfa && without > 0) {
            problems.warn(0, "", "users without totp, who can't approve a challenge: " + without);
        }
    }
}
