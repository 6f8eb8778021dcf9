package dev.sekisho.control.enforce;

import dev.sekisho.control.flows.search.FlowRecord;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Tells of flows as they happen: of all (topic `flow`) those who may see all logs, of their own (topic `flow.own`)
/// everybody. So much and no more: people can't read faster, and the flow log has all of it. One owner thread.
final class FlowNews {
    static final String ALL = "flow";
    static final String OWN = "flow.own";

    /// News of each topic.
    static final int PER_SECOND = 100;

    /// News of one user's own flows: a device that scans leaves room for others.
    static final int PER_SECOND_EACH = 10;

    private final FlowOwners owners;
    private final News news;
    private final Map<String, Integer> ownCounts = new HashMap<>();
    private long second;
    private int allCount;
    private int ownCount;

    FlowNews(FlowOwners owners, News news) {
        this.owners = owners;
        this.news = news;
    }

    /// Tells of what became of a flow, and of nothing else.
    void tell(CheckpointEvent event) {
        switch (event) {
            case CheckpointEvent.FlowOpened opened -> tell(opened, opened.user(), opened.epochMillis());
            case CheckpointEvent.FlowClosed closed -> tell(closed, closed.user(), closed.startedEpochMillis());
            case CheckpointEvent.FlowDenied denied -> tell(denied, denied.user(), denied.epochMillis());
            case CheckpointEvent.ChallengeNeeded _,
                    CheckpointEvent.ChallengeEnded _,
                    CheckpointEvent.ChallengesSilenced _,
                    CheckpointEvent.DeviceLocked _,
                    CheckpointEvent.DeviceUnlocked _ -> {}
        }
    }

    private void tell(CheckpointEvent flow, @Nullable UserId user, long beganEpochMillis) {
        begin(Math.floorDiv(flow.epochMillis(), 1_000));
        boolean toAll = allCount < PER_SECOND;
        Optional<String> owner = user == null || ownCount >= PER_SECOND
                ? Optional.empty()
                : owners.ownerOf(user, beganEpochMillis).filter(id -> ownCounts.getOrDefault(id, 0) < PER_SECOND_EACH);
        if (!toAll && owner.isEmpty()) {
            return;
        }
        FlowRecord.of(flow).ifPresent(record -> {
            if (toAll) {
                allCount++;
                news.toHolders(ALL, Permission.VIEW_ALL_LOGS, record);
            }
            owner.ifPresent(id -> {
                ownCount++;
                ownCounts.merge(id, 1, Integer::sum);
                news.toUser(OWN, id, record);
            });
        });
    }

    private void begin(long now) {
        if (now != second) {
            second = now;
            allCount = 0;
            ownCount = 0;
            ownCounts.clear();
        }
    }
}
