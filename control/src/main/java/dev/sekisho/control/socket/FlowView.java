package dev.sekisho.control.socket;

import dev.sekisho.dataplane.flow.FlowTraffic;
import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.UserId;

/// A live flow at one moment. Immutable.
///
/// @param tuple source = the side that opened it
/// @param fromDevice whether the device opened it
/// @param handedOff whether it goes to a proxy
public record FlowView(
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
