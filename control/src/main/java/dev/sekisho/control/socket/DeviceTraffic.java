package dev.sekisho.control.socket;

import dev.sekisho.control.traffic.Rate;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import java.util.Optional;

/// A device that had traffic in the last seconds. Immutable.
///
/// @param endpoint where its datagrams come from
/// @param lastHandshakeEpochMillis 0 = never
/// @param receivedBytes whole datagrams from the device
/// @param sentBytes whole datagrams to the device
/// @param rate over the last five seconds
public record DeviceTraffic(
        DeviceId device,
        UserId user,
        Optional<String> endpoint,
        long lastHandshakeEpochMillis,
        long receivedBytes,
        long sentBytes,
        Rate rate) {}
