package dev.sekisho.control.grant;

import java.time.Instant;
import java.util.Optional;

/// Which grants are wanted. Immutable.
///
/// @param text is part of the resource's or recipient's name or of the comment
/// @param resourceId of this resource
/// @param userId to this user
/// @param roleId to this role
/// @param notOverAt only those that hold at that moment or will
public record GrantQuery(
        Optional<String> text,
        Optional<String> resourceId,
        Optional<String> userId,
        Optional<String> roleId,
        Optional<Instant> notOverAt) {}
