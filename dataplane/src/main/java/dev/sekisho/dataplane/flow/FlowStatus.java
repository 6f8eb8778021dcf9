package dev.sekisho.dataplane.flow;

import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.UserId;

/// A live flow at one moment. Immutable.
///
/// @param flowId as in [CheckpointEvent.FlowOpened]
/// @param tuple source = the side that opened it
/// @param fromDevice whether the device opened it; false = a network behind the server did
/// @param handedOff whether it goes to a proxy
public record FlowStatus(
        long flowId,
        DeviceId device,
        UserId user,
        FlowTuple tuple,
        GrantId grant,
        ResourceId resource,
        boolean fromDevice,
        boolean handedOff,
        long startedEpochMillis,
        FlowTraffic traffic) {}
