package dev.sekisho.control.run;

import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.policy.DeviceId;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Makes the interfaces and the data plane behind them.
@FunctionalInterface
public interface CheckpointOpener {
    /// For a host without a tunnel: the policy is checked and explained, no packet is moved.
    static CheckpointOpener withoutTunnel() {
        return (content, locks, workers, listener) -> new SwitchedOff(content);
    }

    /// Opens a checkpoint with this content in force; what it keeps of the secrets it copies.
    ///
    /// @param locks the devices that pass nothing, asked at every change of the policy; the content may lack some
    /// @param workers threads that move packets
    /// @param listener is given every event, by one thread at a time
    /// @throws RuntimeException with a sentence when it can't; then everything made so far is taken back
    OpenCheckpoint open(
            PolicyFile.Content content,
            Supplier<Map<DeviceId, LockReason>> locks,
            int workers,
            Consumer<CheckpointEvent> listener);
}
