package dev.sekisho.control.socket;

import dev.sekisho.control.traffic.Rate;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import java.util.List;
import java.util.Optional;

/// A device at one moment. Immutable.
///
/// @param addresses its addresses in the tunnel, as text
/// @param endpoint where its datagrams come from
/// @param lastHandshakeEpochMillis 0 = never
/// @param receivedBytes whole datagrams from the device
/// @param sentBytes whole datagrams to the device
/// @param rate over the last five seconds
/// @param flows live flows
/// @param locked whether it passes nothing
public record DeviceView(
        DeviceId device,
        UserId user,
        List<String> addresses,
        Optional<String> endpoint,
        long lastHandshakeEpochMillis,
        long receivedBytes,
        long sentBytes,
        Rate rate,
        int flows,
        boolean locked) {
    public DeviceView {
        addresses = List.copyOf(addresses);
    }
}
