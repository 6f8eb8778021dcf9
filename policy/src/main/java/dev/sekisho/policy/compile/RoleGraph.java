package dev.sekisho.policy.compile;

import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which roles belong to which. Roles are numbered in the order in which they came; names that it doesn't know
/// are skipped. Immutable and thread-safe. No method recurses: a chain may be as long as the policy.
final class RoleGraph {
    private static final int UNSEEN = -1;
    private static final int ROOT = -2;

    private final List<Role> roles;
    private final Map<RoleId, Integer> indexes;
    private final int[][] parents;

    RoleGraph(List<Role> roles) {
        this.roles = roles;
        indexes = HashMap.newHashMap(roles.size());
        for (int i = 0; i < roles.size(); i++) {
            indexes.putIfAbsent(roles.get(i).id(), i);
        }
        parents = new int[roles.size()][];
        for (int i = 0; i < parents.length; i++) {
            parents[i] = known(roles.get(i).roles());
        }
    }

    private int[] known(List<RoleId> ids) {
        return ids.stream().mapToInt(this::indexOf).filter(i -> i >= 0).toArray();
    }

    /// The number of a role, -1 for an unknown one.
    int indexOf(RoleId id) {
        return indexes.getOrDefault(id, -1);
    }

    int count() {
        return parents.length;
    }

    /// With roles that are new, or in the place of those of the same name; the others keep their numbers.
    RoleGraph with(List<Role> changed) {
        List<Role> next = new ArrayList<>(roles);
        for (Role role : changed) {
            int known = indexOf(role.id());
            if (known < 0) {
                next.add(role);
            } else {
                next.set(known, role);
            }
        }
        return new RoleGraph(next);
    }

    /// What someone ends up with who has these roles.
    RoleSet roleSet(List<RoleId> direct) {
        return direct.isEmpty() ? RoleSet.NONE : new RoleSet(reachable(direct), count());
    }

    /// The roles with which someone who has `direct` ends up, nearest first.
    int[] reachable(List<RoleId> direct) {
        return walk(direct, new int[parents.length]);
    }

    /// The shortest way from one of `direct` to `role`, both included; empty when there is none.
    List<RoleId> path(List<RoleId> direct, RoleId role) {
        int[] cameFrom = new int[parents.length];
        walk(direct, cameFrom);
        List<RoleId> path = new ArrayList<>();
        int at = indexOf(role);
        while (at >= 0 && cameFrom[at] != UNSEEN) {
            path.addFirst(roles.get(at).id());
            at = cameFrom[at];
        }
        return path;
    }

    /// Breadth first. Fills `cameFrom` with the role through which each was met.
    private int[] walk(List<RoleId> direct, int[] cameFrom) {
        Arrays.fill(cameFrom, UNSEEN);
        int[] met = new int[parents.length];
        int count = 0;
        for (int role : known(direct)) {
            if (cameFrom[role] == UNSEEN) {
                cameFrom[role] = ROOT;
                met[count++] = role;
            }
        }
        for (int next = 0; next < count; next++) {
            for (int parent : parents[met[next]]) {
                if (cameFrom[parent] == UNSEEN) {
                    cameFrom[parent] = met[next];
                    met[count++] = parent;
                }
            }
        }
        return Arrays.copyOf(met, count);
    }

    /// Roles that belong to themselves, as the way round: first and last are the same. One way per role
    /// that closes a circle, not every way that there is.
    List<List<RoleId>> cycles() {
        List<List<RoleId>> cycles = new ArrayList<>();
        int[] nextParent = new int[parents.length];
        int[] depth = new int[parents.length];
        Arrays.fill(depth, UNSEEN);
        int[] stack = new int[parents.length];
        for (int start = 0; start < parents.length; start++) {
            if (depth[start] != UNSEEN) {
                continue;
            }
            int height = 0;
            depth[start] = height;
            stack[height++] = start;
            while (height > 0) {
                int top = stack[height - 1];
                if (nextParent[top] == parents[top].length) {
                    depth[top] = parents.length;
                    height--;
                    continue;
                }
                int parent = parents[top][nextParent[top]++];
                if (depth[parent] == UNSEEN) {
                    depth[parent] = height;
                    stack[height++] = parent;
                } else if (depth[parent] < height) {
                    cycles.add(round(stack, depth[parent], height));
                }
            }
        }
        return cycles;
    }

    private List<RoleId> round(int[] stack, int from, int until) {
        List<RoleId> round = new ArrayList<>();
        for (int i = from; i < until; i++) {
            round.add(roles.get(stack[i]).id());
        }
        round.add(roles.get(stack[from]).id());
        return round;
    }
}
