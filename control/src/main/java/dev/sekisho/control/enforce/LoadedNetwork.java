package dev.sekisho.control.enforce;

import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.Recipient;
import dev.sekisho.control.people.People;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.settings.NetworkSettings;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.Policy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the database says about the network, kept in memory so that a change reads what changed only. One owner thread.
final class LoadedNetwork implements AutoCloseable {
    private final PolicySource source;
    private final LoadedPeople people = new LoadedPeople();
    private final LoadedAccess access = new LoadedAccess(people);
    private final LoadedDevices devices;

    private NetworkSettings settings = NetworkSettings.DEFAULT;
    private @Nullable SecretKey key;
    private long version;

    /// The policy as it was last built. The same object as long as nothing of it has changed.
    private Policy policy = new Policy(0, List.of(), List.of(), List.of(), List.of(), List.of());

    LoadedNetwork(PolicySource source) {
        this.source = source;
        this.devices = new LoadedDevices(source.safe());
    }

    /// Reads what is stale, as of one moment.
    ///
    /// @return grants that allowed and do so no longer
    Set<GrantId> refresh(Stale stale, Instant now) {
        return source.work().read(transaction -> refresh(transaction, stale, now));
    }

    private Set<GrantId> refresh(Transaction transaction, Stale stale, Instant now) {
        version = source.version().applyAsLong(transaction);
        if (stale.settings()) {
            settings = source.settings().current(transaction);
            if (key == null) {
                key = source.settings().privateKey(transaction);
            }
        }
        boolean whole = stale.isEverything() || !refreshPeople(transaction, stale);
        return whole ? readAll(transaction) : refreshRest(transaction, stale, now);
    }

    private Set<GrantId> readAll(Transaction transaction) {
        if (people.replace(source.people().everybody(transaction))) {
            access.peopleChanged();
        }
        access.replaceResources(source.resources().all(transaction));
        devices.replace(source.devices().all(transaction));
        List<AccessGrant> all = new ArrayList<>();
        source.grants().all(transaction, all::add);
        return access.replaceGrants(all);
    }

    /// @return false when a role has another name, for then nobody knows which grants are whose
    private boolean refreshPeople(Transaction transaction, Stale stale) {
        Set<String> names = new HashSet<>(stale.of(Stale.Kind.USER));
        names.addAll(stale.of(Stale.Kind.GONE_USER));
        names.addAll(people.having(stale.of(Stale.Kind.ROLE)));
        names.addAll(people.having(stale.of(Stale.Kind.GONE_ROLE)));
        if (names.isEmpty() && !stale.roles()) {
            return true;
        }
        People.Everybody found = source.people().some(transaction, names);
        Set<String> goneRoles = stale.of(Stale.Kind.GONE_ROLE);
        if (people.missing(found.roles()).stream().anyMatch(role -> !goneRoles.contains(role.name()))) {
            return false;
        }
        if (people.update(names, found)) {
            access.peopleChanged();
        }
        return true;
    }

    private Set<GrantId> refreshRest(Transaction transaction, Stale stale, Instant now) {
        Set<String> gone = stale.of(Stale.Kind.GONE_RESOURCE);
        Set<String> resources = new HashSet<>(stale.of(Stale.Kind.RESOURCE));
        resources.addAll(gone);
        if (!resources.isEmpty()) {
            access.updateResources(resources, source.resources().some(transaction, resources));
        }
        Set<String> goneUsers = stale.of(Stale.Kind.GONE_USER);
        Set<String> owners = new HashSet<>(stale.of(Stale.Kind.DEVICES_OF));
        owners.addAll(goneUsers);
        Set<String> touched = new HashSet<>(stale.of(Stale.Kind.DEVICE));
        if (!owners.isEmpty()) {
            touched.addAll(
                    devices.having(device -> owners.contains(device.owner().name())));
        }
        if (!touched.isEmpty()) {
            devices.update(touched, source.devices().some(transaction, touched));
        }
        Set<String> ids = new HashSet<>(stale.of(Stale.Kind.GRANT));
        Set<String> goneRoles = stale.of(Stale.Kind.GONE_ROLE);
        if (!gone.isEmpty() || !goneUsers.isEmpty() || !goneRoles.isEmpty()) {
            ids.addAll(access.grants(grant -> gone.contains(grant.resourceId())
                    || switch (grant.to()) {
                        case Recipient.OfUser user -> goneUsers.contains(user.name());
                        case Recipient.OfRole role -> goneRoles.contains(role.name());
                        case Recipient.OfNetwork _ -> false;
                    }));
        }
        return ids.isEmpty()
                ? Set.of()
                : access.updateGrants(ids, source.grants().some(transaction, ids), now);
    }

    /// Makes the policy of what was read.
    @SuppressWarnings("ReferenceEquality") // lists that were not made anew need not be compared
    void rebuild(Instant now) {
        access.settle(now);
        boolean same = policy.roles() == people.roles()
                && policy.users() == people.users()
                && policy.resources() == access.resources()
                && policy.grants() == access.grants();
        if (!same) {
            policy =
                    new Policy(version, people.roles(), people.users(), access.resources(), access.grants(), List.of());
        }
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
                devices.connecting(now),
                Map.of(),
                policy,
                "",
                List.of());
    }

    LoadedDevices devices() {
        return devices;
    }

    NetworkSettings settings() {
        return settings;
    }

    /// The moment of the database that was read last: the number of its last audit record.
    long version() {
        return version;
    }

    /// The number of the last audit record there is.
    long latest() {
        return source.work().read(source.version()::applyAsLong);
    }

    /// Wipes the keys.
    @Override
    public void close() {
        if (key != null) {
            key.close();
            key = null;
        }
        devices.close();
    }
}
