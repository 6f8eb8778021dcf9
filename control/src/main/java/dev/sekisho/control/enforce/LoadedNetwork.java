package dev.sekisho.control.enforce;

import dev.sekisho.control.device.Device;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.people.People;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.settings.NetworkSettings;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the database says about the network, kept in memory so that a change reads what changed only. One owner thread.
final class LoadedNetwork implements AutoCloseable {
    private final PolicySource source;
    private final Map<String, AccessGrant> grants = new LinkedHashMap<>();
    private final Map<String, IpResource> resources = new LinkedHashMap<>();
    private final DeviceSections sections;

    private People.Everybody people = new People.Everybody(List.of(), List.of());
    private List<Device> devices = List.of();
    private NetworkSettings settings = NetworkSettings.DEFAULT;
    private @Nullable SecretKey key;
    private long version;

    /// The policy as it was last built. The same object as long as nothing of it has changed.
    private Policy policy = new Policy(0, List.of(), List.of(), List.of(), List.of(), List.of());

    LoadedNetwork(PolicySource source) {
        this.source = source;
        this.sections = new DeviceSections(source.safe());
    }

    /// What a reading has found.
    ///
    /// @param ended grants that allowed and do so no longer
    /// @param policy whether the policy is another one
    record Found(Set<GrantId> ended, boolean policy) {
        Found {
            ended = Set.copyOf(ended);
        }
    }

    /// Reads what is stale, as of one moment.
    Found refresh(Stale stale, Instant now) {
        return source.work().read(transaction -> refresh(transaction, stale, now));
    }

    private Found refresh(Transaction transaction, Stale stale, Instant now) {
        version = source.version().applyAsLong(transaction);
        if (stale.settings()) {
            settings = source.settings().current(transaction);
            if (key == null) {
                key = source.settings().privateKey(transaction);
            }
        }
        if (stale.people()) {
            people = source.people().everybody(transaction);
        }
        if (stale.resources()) {
            resources.clear();
            source.resources().all(transaction).forEach(resource -> resources.put(resource.id(), resource.ip()));
        }
        if (stale.devices()) {
            devices = source.devices().all(transaction);
        }
        Set<GrantId> ended = new HashSet<>();
        if (stale.everything()) {
            reloadGrants(transaction, ended);
        } else {
            refreshGrants(transaction, stale.grants(), ended, now);
        }
        return new Found(
                ended, stale.people() || stale.resources() || !stale.grants().isEmpty() || stale.everything());
    }

    private void reloadGrants(Transaction transaction, Set<GrantId> ended) {
        Set<String> before = new HashSet<>(grants.keySet());
        grants.clear();
        source.grants().all(transaction, grant -> grants.put(grant.id(), grant));
        before.removeAll(grants.keySet());
        before.forEach(id -> ended.add(new GrantId(id)));
    }

    private void refreshGrants(Transaction transaction, Set<String> ids, Set<GrantId> ended, Instant now) {
        if (ids.isEmpty()) {
            return;
        }
        Map<String, AccessGrant> found = source.grants().some(transaction, ids).stream()
                .collect(Collectors.toMap(AccessGrant::id, grant -> grant));
        for (String id : ids) {
            AccessGrant after = found.get(id);
            AccessGrant before = after == null ? grants.remove(id) : grants.put(id, after);
            if (before != null && !before.rule().deny() && (after == null || endsBy(before, after, now))) {
                ended.add(new GrantId(id));
            }
        }
    }

    /// Whether nothing is left of what a grant allowed before it was changed. One that asks for more or holds for less
    /// long does not close what is open: that comes with the next policy.
    private static boolean endsBy(AccessGrant before, AccessGrant after, Instant now) {
        return after.rule().deny()
                || !after.resourceId().equals(before.resourceId())
                || !after.to().equals(before.to())
                || !after.rule().validity().holds(now.getEpochSecond());
    }

    /// Grants that end before anybody looks again need no place in the policy; those of users who are not there have
    /// none.
    void rebuild(Instant now) {
        Set<UserId> users = people.users().stream().map(User::id).collect(Collectors.toSet());
        Set<RoleId> roles = people.roles().stream().map(Role::id).collect(Collectors.toSet());
        List<Grant> current = new ArrayList<>(grants.size());
        for (AccessGrant grant : grants.values()) {
            IpResource resource = resources.get(grant.resourceId());
            boolean known = switch (grant.to().subject()) {
                case Subject.User user -> users.contains(user.id());
                case Subject.Role role -> roles.contains(role.id());
                case Subject.Network _ -> true;
            };
            if (resource != null && known && !grant.isOver(now)) {
                current.add(new Grant(
                        new GrantId(grant.id()),
                        resource.id(),
                        grant.to().subject(),
                        grant.rule().deny(),
                        grant.rule().mfa(),
                        grant.rule().validity()));
            }
        }
        policy = new Policy(
                version, people.roles(), people.users(), List.copyOf(resources.values()), current, List.of());
    }

    /// What is to be in force, with the policy as it was last built.
    PolicyFile.Content content(Instant now) {
        SecretKey serverKey = key;
        if (serverKey == null) {
            throw new IllegalStateException("the settings were never read");
        }
        return new PolicyFile.Content(
                settings.section(),
                serverKey,
                settings.mfa(),
                settings.scan(),
                sections.of(devices, now),
                Map.of(),
                policy,
                "",
                List.of());
    }

    /// The devices, whether they may connect or not.
    List<Device> devices() {
        return devices;
    }

    NetworkSettings settings() {
        return settings;
    }

    /// The moment of the database that was read last: the number of its last audit record.
    long version() {
        return version;
    }

    /// When the next device expires, if one does.
    Optional<Instant> nextExpiry(Instant now) {
        return devices.stream()
                .flatMap(device -> device.expiresAt().stream())
                .filter(end -> end.isAfter(now))
                .min(Instant::compareTo);
    }

    /// Whether a device expires after `from` and not after `to`.
    boolean expiresBetween(Instant from, Instant to) {
        return devices.stream()
                .flatMap(device -> device.expiresAt().stream())
                .anyMatch(end -> end.isAfter(from) && !end.isAfter(to));
    }

    /// Wipes the keys.
    @Override
    public void close() {
        if (key != null) {
            key.close();
            key = null;
        }
        sections.close();
    }
}
