package dev.sekisho.policy.compile;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A small policy that changes at random: one to four things at a time, each of which may leave others that refer to
/// nothing or have a name twice. What it was can be brought back.
final class RandomChanges {
    private static final int USER_NAMES = RandomPolicies.USERS + 3;
    private static final int RESOURCE_NAMES = 12;
    private static final int GRANT_NAMES = 40;
    private static final int ROLE_NAMES = RandomPolicies.ROLES + 2;

    private final SplittableRandom random;
    private final RandomPolicies world;
    private Policy policy;
    private List<Role> roles = new ArrayList<>();
    private List<User> users = new ArrayList<>();
    private List<IpResource> resources = new ArrayList<>();
    private List<Grant> grants = new ArrayList<>();
    private List<HandOff> handOffs = new ArrayList<>();

    RandomChanges(SplittableRandom random, RandomPolicies world) {
        this.random = random;
        this.world = world;
        this.policy = world.policy();
        back(policy);
    }

    /// The policy after the next change.
    Policy next() {
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            change();
        }
        if (random.nextInt(20) == 0) {
            Collections.shuffle(grants, new Random(random.nextLong()));
        }
        policy = new Policy(policy.version() + 1, roles, users, resources, grants, handOffs);
        return policy;
    }

    /// Makes it another policy, for [#next] to change.
    void back(Policy to) {
        roles = new ArrayList<>(to.roles());
        users = new ArrayList<>(to.users());
        resources = new ArrayList<>(to.resources());
        grants = new ArrayList<>(to.grants());
        handOffs = new ArrayList<>(to.handOffs());
    }

    private void change() {
        switch (random.nextInt(30)) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 -> addGrant();
            case 10, 11, 12 -> removeGrant();
            case 13, 14, 15 -> changeGrant();
            case 16, 17 -> changeResource();
            case 18, 19 -> addResource();
            case 20 -> removeResource();
            case 21, 22 -> changeUser();
            case 23, 24 -> addUser();
            case 25 -> removeUser();
            case 26 -> changeRole();
            case 27 -> addRole();
            case 28 ->
                grants =
                        new ArrayList<>(grants.stream().map(RandomChanges::copy).toList());
            default -> changeHandOff();
        }
    }

    /// A name that is free, most of the time.
    private String name(String prefix, int names, Stream<?> used) {
        Set<String> taken = used.map(Object::toString).collect(Collectors.toSet());
        String name = prefix + random.nextInt(names);
        for (int i = 0; i < names && taken.contains(name) && random.nextInt(50) != 0; i++) {
            name = prefix + random.nextInt(names);
        }
        return name;
    }

    private void addResource() {
        if (resources.size() < RESOURCE_NAMES) {
            resources.add(
                    world.resource(name("t", RESOURCE_NAMES, resources.stream().map(IpResource::id))));
        }
    }

    private void addUser() {
        if (users.size() < USER_NAMES) {
            users.add(user(name("u", USER_NAMES, users.stream().map(User::id))));
        }
    }

    /// The same in another object, as after reading it again.
    private static Grant copy(Grant grant) {
        return new Grant(grant.id(), grant.resource(), grant.to(), grant.deny(), grant.mfa(), grant.validity());
    }

    private void addGrant() {
        if (!resources.isEmpty() && grants.size() < GRANT_NAMES) {
            int place = random.nextInt(4) == 0 ? random.nextInt(grants.size() + 1) : grants.size();
            grants.add(place, grant(name("g", GRANT_NAMES, grants.stream().map(Grant::id))));
        }
    }

    private Grant grant(String name) {
        ResourceId resource = random.nextInt(50) == 0
                ? new ResourceId("t" + random.nextInt(RESOURCE_NAMES))
                : resources.get(random.nextInt(resources.size())).id();
        Grant made = world.grant(name, resource.name());
        boolean isThere = switch (made.to()) {
            case Subject.User(UserId id) ->
                users.stream().anyMatch(user -> user.id().equals(id));
            case Subject.Role(RoleId id) ->
                roles.stream().anyMatch(role -> role.id().equals(id));
            case Subject.Network _ -> true;
        };
        Subject to = isThere || users.isEmpty() || random.nextInt(50) == 0
                ? made.to()
                : new Subject.User(users.get(random.nextInt(users.size())).id());
        return new Grant(new GrantId(name), resource, to, made.deny(), made.mfa(), made.validity());
    }

    private void removeGrant() {
        if (!grants.isEmpty()) {
            grants.remove(random.nextInt(grants.size()));
        }
    }

    private void changeGrant() {
        if (!grants.isEmpty() && !resources.isEmpty()) {
            int at = random.nextInt(grants.size());
            grants.set(at, grant(grants.get(at).id().name()));
        }
    }

    private void changeResource() {
        if (!resources.isEmpty()) {
            int at = random.nextInt(resources.size());
            resources.set(at, world.resource(resources.get(at).id().name()));
        }
    }

    private void removeResource() {
        if (!resources.isEmpty()) {
            ResourceId gone = resources.remove(random.nextInt(resources.size())).id();
            if (random.nextInt(10) != 0) {
                grants.removeIf(grant -> grant.resource().equals(gone));
                handOffs.removeIf(handOff -> handOff.resource().equals(gone));
            }
        }
    }

    private User user(String name) {
        Set<Permission> permissions = random.nextInt(4) == 0 ? Set.of(Permission.IP_SCAN) : Set.of();
        return new User(new UserId(name), someRoles(), permissions);
    }

    private List<RoleId> someRoles() {
        List<RoleId> some = new ArrayList<>();
        for (Role role : roles) {
            if (random.nextInt(3) == 0) {
                some.add(role.id());
            }
        }
        return some;
    }

    private void changeUser() {
        if (!users.isEmpty()) {
            int at = random.nextInt(users.size());
            users.set(at, user(users.get(at).id().name()));
        }
    }

    private void removeUser() {
        if (!users.isEmpty()) {
            Subject gone =
                    new Subject.User(users.remove(random.nextInt(users.size())).id());
            if (random.nextInt(10) != 0) {
                grants.removeIf(grant -> grant.to().equals(gone));
            }
        }
    }

    private void changeRole() {
        if (!roles.isEmpty()) {
            int at = random.nextInt(roles.size());
            List<RoleId> later = new ArrayList<>();
            for (int i = random.nextInt(30) == 0 ? 0 : at + 1; i < roles.size(); i++) {
                if (random.nextBoolean()) {
                    later.add(roles.get(i).id());
                }
            }
            roles.set(at, new Role(roles.get(at).id(), later));
        }
    }

    private void addRole() {
        roles.add(0, new Role(new RoleId("r" + random.nextInt(ROLE_NAMES)), someRoles()));
    }

    private void changeHandOff() {
        if (!handOffs.isEmpty() && random.nextBoolean()) {
            handOffs.removeLast();
        } else if (!resources.isEmpty() && random.nextInt(4) == 0) {
            handOffs.add(
                    new HandOff(resources.get(random.nextInt(resources.size())).id(), PortSet.parse("22")));
        }
    }
}
