package dev.sekisho.control.enforce;

import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Subject;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Resources and grants as they were read last, and the same for the policy. What has not changed stays the same object
/// in the same place, so that the next policy differs from the one before in what has. One owner thread.
final class LoadedAccess {
    private final LoadedPeople people;
    private final Map<String, IpResource> resources = new HashMap<>();
    private final Map<String, AccessGrant> grants = new LinkedHashMap<>();

    /// The same for the policy, by identity; those that have no place in it are left out.
    private final StableList<Grant> inPolicy = new StableList<>();

    /// Identities of grants that are to be looked at again, of resources all of whose grants are, and whether all are.
    private final Set<String> touchedGrants = new HashSet<>();

    private final Set<String> touchedResources = new HashSet<>();
    private boolean allTouched;

    private final StableList<IpResource> resourceList = new StableList<>();

    LoadedAccess(LoadedPeople people) {
        this.people = people;
    }

    /// Takes all resources.
    void replaceResources(List<Resource> all) {
        Set<String> missing = new HashSet<>(resources.keySet());
        all.forEach(resource -> missing.remove(resource.id()));
        take(missing, all);
        allTouched = true;
    }

    /// Takes some resources.
    ///
    /// @param ids of those that were asked for; what was not found is not there
    void updateResources(Collection<String> ids, List<Resource> found) {
        Set<String> missing = new HashSet<>(ids);
        found.forEach(resource -> missing.remove(resource.id()));
        take(missing, found);
        touchedResources.addAll(ids);
    }

    private void take(Set<String> missing, List<Resource> found) {
        for (Resource resource : found) {
            resources.put(resource.id(), resource.ip());
            resourceList.put(resource.id(), resource.ip());
        }
        resources.keySet().removeAll(missing);
        missing.forEach(resourceList::remove);
    }

    /// Identities of grants for which something holds.
    Set<String> grants(Predicate<AccessGrant> which) {
        Set<String> found = new HashSet<>();
        grants.forEach((id, grant) -> {
            if (which.test(grant)) {
                found.add(id);
            }
        });
        return found;
    }

    /// Takes all grants.
    ///
    /// @return those that are gone
    Set<GrantId> replaceGrants(List<AccessGrant> all) {
        Set<String> missing = new HashSet<>(grants.keySet());
        for (AccessGrant grant : all) {
            missing.remove(grant.id());
            grants.put(grant.id(), grant);
        }
        grants.keySet().removeAll(missing);
        touchedGrants.addAll(missing);
        allTouched = true;
        Set<GrantId> gone = HashSet.newHashSet(missing.size());
        missing.forEach(id -> gone.add(new GrantId(id)));
        return gone;
    }

    /// Takes some grants.
    ///
    /// @param ids of those that were asked for; what was not found is not there
    /// @return those that allowed and do so no longer
    Set<GrantId> updateGrants(Collection<String> ids, List<AccessGrant> found, Instant now) {
        Map<String, AccessGrant> byId = HashMap.newHashMap(found.size());
        found.forEach(grant -> byId.put(grant.id(), grant));
        Set<GrantId> ended = new HashSet<>();
        for (String id : ids) {
            AccessGrant after = byId.get(id);
            AccessGrant before = after == null ? grants.remove(id) : grants.put(id, after);
            if (before != null && !before.rule().deny() && (after == null || endsBy(before, after, now))) {
                ended.add(new GrantId(id));
            }
        }
        touchedGrants.addAll(ids);
        return ended;
    }

    /// Whether nothing is left of what a grant allowed before it was changed. One that asks for more or holds for less
    /// long does not close what is open: that comes with the next policy.
    private static boolean endsBy(AccessGrant before, AccessGrant after, Instant now) {
        return after.rule().deny()
                || !after.resourceId().equals(before.resourceId())
                || !after.to().equals(before.to())
                || !after.rule().validity().holds(now.getEpochSecond());
    }

    /// There are other users or roles than before.
    void peopleChanged() {
        allTouched = true;
    }

    /// Brings what the policy gets up to date.
    void settle(Instant now) {
        if (allTouched || !touchedResources.isEmpty()) {
            for (Map.Entry<String, AccessGrant> entry : grants.entrySet()) {
                if (allTouched || touchedResources.contains(entry.getValue().resourceId())) {
                    settle(entry.getKey(), now);
                }
            }
        }
        touchedGrants.forEach(id -> settle(id, now));
        touchedGrants.clear();
        touchedResources.clear();
        allTouched = false;
    }

    private void settle(String id, Instant now) {
        AccessGrant grant = grants.get(id);
        Grant next = grant == null ? null : inPolicy(grant, now).orElse(null);
        if (next == null) {
            inPolicy.remove(id);
        } else {
            inPolicy.put(id, next);
        }
    }

    /// A grant that has ended needs no place in the policy; one of users who are not there has none.
    private Optional<Grant> inPolicy(AccessGrant grant, Instant now) {
        IpResource resource = resources.get(grant.resourceId());
        boolean known = switch (grant.to().subject()) {
            case Subject.User user -> people.has(user.id());
            case Subject.Role role -> people.has(role.id());
            case Subject.Network _ -> true;
        };
        if (resource == null || !known || grant.isOver(now)) {
            return Optional.empty();
        }
        return Optional.of(new Grant(
                new GrantId(grant.id()),
                resource.id(),
                grant.to().subject(),
                grant.rule().deny(),
                grant.rule().mfa(),
                grant.rule().validity()));
    }

    List<IpResource> resources() {
        return resourceList.list();
    }

    List<Grant> grants() {
        return inPolicy.list();
    }
}
