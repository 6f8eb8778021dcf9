package dev.sekisho.control.flows.web;

import java.time.Instant;

/// A user's name and since when it is surely theirs. The flow log knows people by name, and a name that somebody
/// gave up may be taken by another, who must not see what came before. Immutable.
///
/// @param since when the user was made, and after everybody who was called so before gave the name up
public record OwnName(String name, Instant since) {}
