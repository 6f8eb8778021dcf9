package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import org.jspecify.annotations.Nullable;

/// A device at one moment. Immutable.
///
/// @param user who is answerable for it, null when the policy does not know the key
/// @param lock why it is locked, null when it is not
/// @param flows its live flows
/// @param passedPackets packets from it that passed
/// @param passedBytes bytes of these
/// @param refusedPackets packets from it that were refused
public record DeviceReport(
        PublicKey publicKey,
        DeviceId device,
        @Nullable UserId user,
        @Nullable LockReason lock,
        int flows,
        long passedPackets,
        long passedBytes,
        long refusedPackets) {}
