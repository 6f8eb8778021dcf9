package dev.sekisho.control.server;

import dev.sekisho.control.audit.Checkpoints;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.JdbcAuditStore;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.node.JdbcNodeStore;
import dev.sekisho.control.node.Nodes;
import dev.sekisho.control.secret.SecretReset;
import dev.sekisho.control.state.StateDirectory;
import dev.sekisho.control.state.StateException;
import dev.sekisho.control.store.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// The way on for a server whose installation's key, or whose key that signs the audit log, is lost for good, while it
/// does not run. Each of the two stands by itself, and one that was cut off is done by the next call.
///
/// @param options how the server is run
/// @param environment may hold the new key
public record LostKey(ServerOptions options, Map<String, String> environment, InstantSource clock) {
    /// What was done, one of the two at least.
    ///
    /// @param keys empty when the installation's key is there, or nothing was ever sealed with it
    /// @param checkpoints where those are that a lost signing key made; empty when that key is there
    public record Done(Optional<SecretReset.Done> keys, Optional<Path> checkpoints) {}

    /// Makes new keys in the place of those that are lost, and marks everything that was sealed as lost.
    ///
    /// @throws ServerException when a server runs on the database
    /// @throws StateException when nothing is lost, or a server runs there
    public Done reset() throws IOException {
        try (StateDirectory state = StateDirectory.claim(options.state());
                Database database =
                        Database.open(options.database(), state.path().resolve("sekisho.db"))) {
            UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(clock));
            requireNobody(work);
            Optional<Path> checkpoints = Checkpoints.replaceLostKey(work, new JdbcAuditStore(), state.path());
            SecretReset reset =
                    new SecretReset(work, new SecretReset.Place(state.path(), environment), Vaults.COLUMNS, clock);
            Optional<String> needless = reset.needless();
            if (needless.isPresent() && checkpoints.isEmpty()) {
                throw new StateException(needless.get());
            }
            return new Done(needless.isPresent() ? Optional.empty() : Optional.of(reset.run()), checkpoints);
        }
    }

    /// Other nodes may have the key, and would lose it.
    private void requireNobody(UnitOfWork work) {
        new Nodes(work, new JdbcNodeStore(), clock).alive().stream().findFirst().ifPresent(node -> {
            throw new ServerException("the server on " + node.name() + " uses this database (last sign of life "
                    + node.seenAt() + "): its master.key is the one that is missing here; stop it first if you"
                    + " mean it");
        });
    }
}
