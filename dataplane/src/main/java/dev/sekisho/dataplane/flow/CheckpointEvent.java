package dev.sekisho.dataplane.flow;

import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the checkpoint decided that others record, show or answer. At most a few per flow, never one per
/// packet; refusals are rate-limited per device. Immutable and thread-safe.
///
/// Addresses are two longs, IPv4 mapped, as in [dev.sekisho.policy.Cidr]; a protocol is its IP protocol
/// number. A flow's id is unique as long as the process lives, a challenge's id among the open ones.
public sealed interface CheckpointEvent {
    /// Wall-clock time at which it happened.
    long epochMillis();

    /// The device that it is about: for a flow the tunnel's end of it, whichever side opened it.
    DeviceId device();

    /// A flow was allowed and its first packet passed.
    ///
    /// @param tuple source = the side that opened it
    /// @param grant the grant that decided, of `resource`
    /// @param fromDevice whether the device opened it; false = a network behind the server did
    /// @param handedOff whether it goes to a proxy instead of the destination
    record FlowOpened(
            long epochMillis,
            long flowId,
            DeviceId device,
            UserId user,
            FlowTuple tuple,
            GrantId grant,
            ResourceId resource,
            boolean fromDevice,
            boolean handedOff)
            implements CheckpointEvent {}

    /// A flow ended. Repeats what [FlowOpened] said so that a record needs no join.
    ///
    /// @param grant the grant that last allowed it; after a policy change not always the one that opened it
    /// @param startedEpochMillis when it was opened
    record FlowClosed(
            long epochMillis,
            long flowId,
            DeviceId device,
            UserId user,
            FlowTuple tuple,
            GrantId grant,
            ResourceId resource,
            boolean fromDevice,
            boolean handedOff,
            long startedEpochMillis,
            FlowTraffic traffic,
            CloseReason reason)
            implements CheckpointEvent {}

    /// A packet that asked for a flow was refused.
    ///
    /// @param user whose device it is; null when the policy does not know
    /// @param tuple source = the sender of the packet, which is `device` unless `fromDevice` is false
    /// @param grant the grant that decided, null when none matched
    /// @param suppressed refusals of this device since its last event that had none of their own
    record FlowDenied(
            long epochMillis,
            DeviceId device,
            @Nullable UserId user,
            FlowTuple tuple,
            boolean fromDevice,
            Denial reason,
            @Nullable GrantId grant,
            long suppressed)
            implements CheckpointEvent {}

    /// A second factor is asked for; packets are held until [ChallengeEnded].
    ///
    /// @param id names the challenge: 1 to 2^40 - 1
    /// @param grant the grant that asks, of `resource`
    /// @param addressHigh first eight bytes of the destination that caused it
    /// @param addressLow last eight bytes of the destination that caused it
    /// @param port destination port that caused it, 0 for an ICMP echo
    /// @param protocol of the packet that caused it
    /// @param perPort whether an approval opens this port alone; false = all granted ports of the address
    /// @param deadlineEpochMillis when it expires
    record ChallengeNeeded(
            long epochMillis,
            long id,
            DeviceId device,
            UserId user,
            GrantId grant,
            ResourceId resource,
            long addressHigh,
            long addressLow,
            int port,
            int protocol,
            boolean perPort,
            long deadlineEpochMillis)
            implements CheckpointEvent {}

    /// A challenge was answered, ran out or is no longer asked.
    ///
    /// @param id as in [ChallengeNeeded]
    record ChallengeEnded(
            long epochMillis,
            long id,
            DeviceId device,
            @Nullable UserId user,
            ChallengeOutcome outcome) implements CheckpointEvent {}

    /// So many challenges of a device were denied or missed that it may ask for none until
    /// `untilEpochMillis`: somebody may be trying to wear its user down.
    record ChallengesSilenced(
            long epochMillis, DeviceId device, @Nullable UserId user, long untilEpochMillis)
            implements CheckpointEvent {}

    /// A device passes nothing from now on.
    ///
    /// @param targets the evidence, oldest first; empty when an administrator locked it
    record DeviceLocked(
            long epochMillis, DeviceId device, @Nullable UserId user, LockReason reason, List<ScanTarget> targets)
            implements CheckpointEvent {
        public DeviceLocked {
            targets = List.copyOf(targets);
        }
    }

    /// A device passes again what it is granted.
    record DeviceUnlocked(
            long epochMillis, DeviceId device, @Nullable UserId user) implements CheckpointEvent {}
}
