package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.device.Device;
import dev.sekisho.control.flows.search.FlowRecord;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CloseReason;
import dev.sekisho.dataplane.flow.Denial;
import dev.sekisho.dataplane.flow.FlowTraffic;
import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Who hears of which flow. Identities are numbers, so that no name passes for one.
@Tag("N17")
class FlowNewsTest {
    private static final long NOW = 1_790_000_000_000L;

    private final List<String> told = new ArrayList<>();
    private final FlowOwners owners = new FlowOwners();
    private final FlowNews news = new FlowNews(owners, new News() {
        @Override
        public void toHolders(String topic, Permission permission, Object payload) {
            told.add(permission + " " + topic + " "
                    + ((FlowRecord) payload).user().orElse("?"));
        }

        @Override
        public void toUser(String topic, String userId, Object payload) {
            told.add(userId + " " + topic + " " + ((FlowRecord) payload).device());
        }
    });

    private static Device device(String userId, String user) {
        return new Device(
                "d" + userId,
                new Device.Owner(userId, user, true),
                "laptop",
                new Device.Key(PublicKey.of(new byte[32], 0), Optional.empty()),
                List.of(),
                Device.State.ACTIVE,
                false,
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH,
                1);
    }

    private static CheckpointEvent.FlowOpened opened(String user, long at) {
        return new CheckpointEvent.FlowOpened(
                at,
                7,
                new DeviceId(user + "/laptop"),
                new UserId(user),
                new FlowTuple(0, 1, 40_000, 0, 2, 443, 6),
                new GrantId("01grant"),
                new ResourceId("db"),
                true,
                false);
    }

    private static CheckpointEvent.FlowClosed closed(String user, long began, long at) {
        CheckpointEvent.FlowOpened flow = opened(user, began);
        return new CheckpointEvent.FlowClosed(
                at,
                flow.flowId(),
                flow.device(),
                flow.user(),
                flow.tuple(),
                flow.grant(),
                flow.resource(),
                true,
                false,
                began,
                new FlowTraffic(1, 1, 1, 1),
                CloseReason.FINISHED);
    }

    private static CheckpointEvent.FlowDenied denied(String user, long at) {
        CheckpointEvent.FlowOpened flow = opened(user, at);
        return new CheckpointEvent.FlowDenied(
                at, flow.device(), flow.user(), flow.tuple(), true, Denial.NO_GRANT, null, 0);
    }

    private void policy(long at, Device... devices) {
        List<Device> all = List.of(devices);
        owners.leave(all);
        owners.enter(all, Instant.ofEpochMilli(at));
    }

    private List<String> own() {
        return told.stream().filter(one -> one.contains(FlowNews.OWN)).toList();
    }

    @Test
    void everybodyHearsOfTheirOwnFlowsAndHoldersOfAll() {
        policy(NOW - 1, device("1", "alice"), device("2", "bob"));
        news.tell(opened("alice", NOW));
        news.tell(closed("bob", NOW, NOW + 1));
        news.tell(denied("alice", NOW + 2));
        assertThat(told)
                .containsExactly(
                        "VIEW_ALL_LOGS flow alice",
                        "1 flow.own alice/laptop",
                        "VIEW_ALL_LOGS flow bob",
                        "2 flow.own bob/laptop",
                        "VIEW_ALL_LOGS flow alice",
                        "1 flow.own alice/laptop");
    }

    @Test
    void whatIsNobodysIsToldToHoldersOnly() {
        news.tell(opened("alice", NOW));
        CheckpointEvent.FlowDenied of = denied("mallory", NOW);
        news.tell(new CheckpointEvent.FlowDenied(NOW, of.device(), null, of.tuple(), true, of.reason(), null, 0));
        news.tell(new CheckpointEvent.DeviceUnlocked(NOW, of.device(), of.user()));
        assertThat(told).containsExactly("VIEW_ALL_LOGS flow alice", "VIEW_ALL_LOGS flow ?");
    }

    /// Alice gives her name up and Carol takes it.
    @Test
    void whoTakesANameOverHearsNothingOfWhoHadItBefore() {
        policy(NOW, device("1", "alice"));
        List<Device> next = List.of(device("1", "anna"), device("3", "alice"));
        owners.leave(next);
        news.tell(opened("alice", NOW + 5));
        assertThat(own()).as("while the policy changes").isEmpty();
        owners.enter(next, Instant.ofEpochMilli(NOW + 10));
        news.tell(closed("alice", NOW + 5, NOW + 11));
        news.tell(denied("alice", NOW + 10));
        assertThat(own()).as("of the policy before").isEmpty();
        news.tell(opened("alice", NOW + 11));
        news.tell(opened("anna", NOW + 12));
        assertThat(own()).containsExactly("3 flow.own alice/laptop", "1 flow.own anna/laptop");
    }

    @Test
    void aNameThatCameFreeLongAgoIsStillNotTheNextOnes() {
        policy(NOW, device("1", "alice"));
        policy(NOW + 5);
        policy(NOW + 10, device("3", "alice"));
        news.tell(closed("alice", NOW + 1, NOW + 20));
        assertThat(own()).isEmpty();
        news.tell(closed("alice", NOW + 11, NOW + 20));
        assertThat(own()).containsExactly("3 flow.own alice/laptop");
    }

    @Test
    void aChangeThatFailsMakesNamesNobodysUntilOneSucceeds() {
        policy(NOW, device("1", "alice"));
        owners.leave(List.of(device("3", "alice")));
        owners.leave(List.of(device("1", "alice")));
        news.tell(opened("alice", NOW + 1));
        assertThat(own()).isEmpty();
        policy(NOW + 10, device("1", "alice"));
        news.tell(closed("alice", NOW + 9, NOW + 11));
        news.tell(opened("alice", NOW + 11));
        assertThat(own()).containsExactly("1 flow.own alice/laptop");
    }

    /// In between was a policy without the name.
    @Test
    void aNameThatWasGivenUpInAChangeThatFailedIsRememberedUntilSomebodyHasIt() {
        policy(NOW, device("1", "alice"));
        owners.leave(List.of(device("3", "alice")));
        policy(NOW + 5);
        policy(NOW + 10, device("3", "alice"));
        news.tell(closed("alice", NOW + 1, NOW + 20));
        assertThat(own()).isEmpty();
        news.tell(opened("alice", NOW + 21));
        assertThat(own()).containsExactly("3 flow.own alice/laptop");
    }

    @Test
    void whoScansLeavesRoomForOthers() {
        policy(NOW - 1, device("1", "alice"), device("2", "bob"));
        for (int i = 0; i < 5_000; i++) {
            news.tell(denied("alice", NOW));
        }
        news.tell(opened("bob", NOW));
        assertThat(own()).hasSize(FlowNews.PER_SECOND_EACH + 1).last().isEqualTo("2 flow.own bob/laptop");
        assertThat(told).hasSize(FlowNews.PER_SECOND + FlowNews.PER_SECOND_EACH + 1);
        told.clear();
        news.tell(denied("alice", NOW + 1_000));
        assertThat(told).containsExactly("VIEW_ALL_LOGS flow alice", "1 flow.own alice/laptop");
    }

    @Test
    void allTogetherHaveALimitToo() {
        Device[] devices = new Device[500];
        for (int i = 0; i < devices.length; i++) {
            devices[i] = device(String.valueOf(i), "user" + i);
        }
        policy(NOW - 1, devices);
        for (int i = 0; i < devices.length; i++) {
            news.tell(opened("user" + i, NOW));
        }
        assertThat(own()).hasSize(FlowNews.PER_SECOND);
    }
}
