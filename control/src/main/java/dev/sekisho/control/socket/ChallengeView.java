package dev.sekisho.control.socket;

import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.UserId;

/// An open challenge. Immutable.
///
/// @param id as in [dev.sekisho.dataplane.flow.CheckpointEvent.ChallengeNeeded]
/// @param destination what was touched, as `10.0.1.5:443`
/// @param protocol number of the IP protocol
/// @param perPort whether an approval opens this port alone
public record ChallengeView(
        long id,
        DeviceId device,
        UserId user,
        GrantId grant,
        ResourceId resource,
        String destination,
        int protocol,
        boolean perPort,
        long openedEpochMillis,
        long deadlineEpochMillis) {}
