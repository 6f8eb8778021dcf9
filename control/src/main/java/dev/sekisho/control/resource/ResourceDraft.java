package dev.sekisho.control.resource;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A resource as somebody wants it. Immutable.
///
/// @param requesters names of roles whose members may request it
/// @param approverRole name of the role whose members approve
public record ResourceDraft(
        String name,
        Resource.Target target,
        String description,
        List<String> requesters,
        int approvals,
        Optional<String> approverRole,
        Duration maxDuration,
        String ticketPattern) {
    public ResourceDraft {
        requesters = List.copyOf(requesters);
    }
}
