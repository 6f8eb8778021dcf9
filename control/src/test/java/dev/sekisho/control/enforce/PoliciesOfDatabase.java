package dev.sekisho.control.enforce;

import dev.sekisho.policy.compile.PolicyCompiler;
import dev.sekisho.policy.compile.PolicySnapshot;
import java.time.Instant;

/// The policy as the server reads it from the database, for other packages' tests.
public final class PoliciesOfDatabase {
    private PoliciesOfDatabase() {}

    /// Reads and compiles it, with the grants that were not over at a moment.
    public static PolicySnapshot read(NetworkKit kit, Instant from) {
        try (LoadedNetwork loaded = new LoadedNetwork(kit.source())) {
            loaded.refresh(Stale.everything(), kit.now);
            loaded.rebuild(from);
            return PolicyCompiler.compile(loaded.content(kit.now).policy());
        }
    }
}
