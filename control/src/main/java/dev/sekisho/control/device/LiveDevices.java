package dev.sekisho.control.device;

import dev.sekisho.control.traffic.Rate;
import dev.sekisho.policy.DeviceId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// The port to the devices as the data plane sees them. Thread-safe.
public interface LiveDevices {
    /// A device at one moment.
    ///
    /// @param endpoint where its datagrams come from
    /// @param receivedBytes whole datagrams from the device
    /// @param sentBytes whole datagrams to the device
    /// @param rate over the last five seconds
    /// @param flows live flows
    record Live(
            Optional<Instant> lastHandshakeAt,
            Optional<String> endpoint,
            long receivedBytes,
            long sentBytes,
            Rate rate,
            int flows) {
        /// A device that is not in force, or was not heard of.
        public static final Live NONE = new Live(Optional.empty(), Optional.empty(), 0, 0, Rate.NONE, 0);
    }

    /// Those that are in force and were heard of; all others are as [Live#NONE].
    Map<DeviceId, Live> live();

    /// Ends a device's session; it has to shake hands again.
    ///
    /// @return false when it is not in force
    boolean disconnect(DeviceId device);
}
