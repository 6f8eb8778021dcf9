package dev.sekisho.dataplane.flow;

/// What a flow carried. Bytes are those of whole IP packets. Immutable.
///
/// @param bytesToTarget bytes that the device sent
/// @param packetsToTarget packets that the device sent
/// @param bytesToDevice bytes that the device was sent
/// @param packetsToDevice packets that the device was sent
public record FlowTraffic(long bytesToTarget, long packetsToTarget, long bytesToDevice, long packetsToDevice) {}
