package dev.sekisho.control.server;

import dev.sekisho.control.challenge.Challenge;
import dev.sekisho.control.challenge.JdbcChallengeStore;
import dev.sekisho.control.device.DeviceStore;
import dev.sekisho.control.device.LiveDevices;
import dev.sekisho.control.grant.GrantQuery;
import dev.sekisho.control.grant.JdbcGrantStore;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.user.UserFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The numbers of the status page.
final class CountWiring {
    /// A device without traffic shakes hands again within this time, or is gone (WireGuard paper, section 6.1:
    /// Reject-After-Time).
    private static final Duration ONLINE = Duration.ofMinutes(3);

    private static final Page.Request ONE = new Page.Request(Optional.empty(), 1);

    private CountWiring() {}

    static void wire(Core core, Features features, IdentityWiring identity, NetworkWiring network) {
        JdbcGrantStore grants = new JdbcGrantStore();
        JdbcChallengeStore challenges = new JdbcChallengeStore();
        features.count("users", () -> identity.users().list(UserFilter.ALL, ONE).total());
        features.count(
                "devices",
                () -> network.devices()
                        .page(
                                new DeviceStore.Query(
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        core.clock().instant()),
                                ONE)
                        .total());
        features.count(
                "devicesOnline", () -> online(network.host(), core.clock().instant()));
        features.count(
                "flows",
                () -> network.host().live().values().stream()
                        .mapToLong(LiveDevices.Live::flows)
                        .sum());
        features.count(
                "grants",
                () -> core.work()
                        .read(transaction -> grants.page(
                                transaction,
                                new GrantQuery(
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.of(core.clock().instant())),
                                ONE))
                        .total());
        features.count(
                "challenges",
                () -> core.work()
                        .read(transaction ->
                                challenges.list(transaction, Optional.empty(), Optional.of(Challenge.State.OPEN), ONE))
                        .total());
    }

    private static long online(LiveDevices devices, Instant now) {
        Instant since = now.minus(ONLINE);
        return devices.live().values().stream()
                .filter(live -> live.lastHandshakeAt().filter(since::isBefore).isPresent())
                .count();
    }
}
