package dev.sekisho.control.secret;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.SecretEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.state.StateException;
import dev.sekisho.control.store.Transaction;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The way on for a database whose installation's key is lost for good, such as a copy on another server: all that is
/// not secret stays, everything that was sealed is marked as lost, and a new key takes over. While no server runs.
/// Crash-safe as [InstallationKeys] is: one transaction, with the new key beside the old file before it.
public final class SecretReset {
    private final UnitOfWork work;
    private final KeyFile file;
    private final Optional<GivenKey> given;
    private final List<SealedColumn> columns;
    private final InstantSource clock;
    private final KeyStore store = new JdbcKeyStore();

    /// What was done.
    ///
    /// @param mark of the new key
    /// @param key where it is
    /// @param aside where the key is that was there and opened nothing
    /// @param lost how many values, by table
    public record Done(String mark, Path key, Optional<Path> aside, List<String> lost) {
        public Done {
            lost = List.copyOf(lost);
        }
    }

    /// Where the key is and will be.
    ///
    /// @param directory the state directory, claimed by the caller
    /// @param environment may hold the new key
    public record Place(Path directory, Map<String, String> environment) {}

    /// @param columns of all features
    public SecretReset(UnitOfWork work, Place place, List<SealedColumn> columns, InstantSource clock) {
        this.work = work;
        this.file = new KeyFile(place.directory());
        this.given = GivenKey.of(place.environment());
        this.columns = List.copyOf(columns);
        this.clock = clock;
    }

    /// Why there is nothing to do.
    ///
    /// @return a sentence; empty when the key is lost
    public Optional<String> needless() {
        List<KeyStore.Wrapped> keys = work.read(store::keys);
        if (keys.isEmpty()) {
            return Optional.of("nothing is sealed in this database: start the server, which makes a key");
        }
        boolean isThere = Stream.of(file.kept(), file.staged(), given.map(GivenKey::key))
                .flatMap(Optional::stream)
                .anyMatch(key -> key.opens(keys));
        return isThere
                ? Optional.of("the key of this database is here and opens it: nothing is lost, start the server")
                : Optional.empty();
    }

    /// Does it.
    ///
    /// @throws StateException when the key is not lost, or nothing was ever sealed
    public Done run() {
        needless().ifPresent(why -> {
            throw new StateException(why);
        });
        InstallationKey next = given.map(GivenKey::key).orElseGet(InstallationKey::random);
        Optional<Path> aside = file.setAside();
        file.stage(next);
        List<String> lost = work.change(Actor.ROOT, transaction -> lose(transaction, next));
        file.settle(next, Optional.empty());
        return new Done(next.mark(), file.path(), aside, lost);
    }

    private Change<List<String>> lose(Transaction transaction, InstallationKey next) {
        List<String> lost = new ArrayList<>();
        for (SealedColumn column : columns) {
            int count = store.lose(transaction, column);
            if (count > 0) {
                lost.add(column.table() + ": " + count);
            }
        }
        List<KeyStore.Wrapped> keys = store.keys(transaction);
        KeyStore.Wrapped added = Vault.newKey(next, keys.getLast().version() + 1, clock);
        store.add(transaction, added);
        store.removeOthers(transaction, added.version());
        String before =
                store.installed(transaction).map(KeyStore.Installed::mark).orElse("");
        store.install(
                transaction,
                new KeyStore.Installed(
                        next.mark(),
                        Optional.empty(),
                        clock.instant().truncatedTo(ChronoUnit.MILLIS),
                        Optional.empty()));
        return Change.of(lost, new SecretEvent.AllLost(before, next.mark(), lost));
    }
}
