package dev.sekisho.control.secret;

import dev.sekisho.control.state.StateException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the installation's key at the start among those at hand: in its file, beside it since a change was under
/// way, handed over by another node, in the environment. The one that opens the database counts; the others are
/// explained.
final class KeyChoice {
    private static final String WAYS_ON =
            "; if it is lost for good: sekisho secret reset keeps all that is not secret" + " (docs/secrets.md)";

    private final KeyFile file;
    private final Optional<GivenKey> given;

    /// @param file in the state directory
    /// @param given in the environment
    KeyChoice(KeyFile file, Optional<GivenKey> given) {
        this.file = file;
        this.given = given;
    }

    /// For a database in which nothing is sealed yet.
    ///
    /// @throws StateException when two keys are at hand
    InstallationKey first() {
        Optional<InstallationKey> kept = file.kept();
        if (kept.isPresent()) {
            requireNoOther(kept.get(), Optional.empty());
        }
        return kept.or(() -> given.map(GivenKey::key)).orElseGet(InstallationKey::random);
    }

    /// For a database with keys.
    ///
    /// @param keys that it must open
    /// @param installed what the database says of it
    /// @throws StateException when there is none that does, or another one is in the environment
    InstallationKey of(List<KeyStore.Wrapped> keys, Optional<KeyStore.Installed> installed) {
        Optional<InstallationKey> kept = file.kept();
        Optional<InstallationKey> staged = file.staged();
        // A node that was down while another changed the key finds the new one in the database, for a while.
        Optional<InstallationKey> handedOver = kept.flatMap(
                key -> installed.flatMap(KeyStore.Installed::handOver).flatMap(key::takeOver));
        Optional<InstallationKey> ours = Stream.of(kept, staged, handedOver)
                .flatMap(Optional::stream)
                .filter(key -> key.opens(keys))
                .findFirst();
        if (ours.isPresent()) {
            requireNoOther(ours.get(), installed);
            return ours.get();
        }
        Optional<InstallationKey> right = given.map(GivenKey::key).filter(key -> key.opens(keys));
        if (right.isPresent()) {
            requireOldOrNone(kept, installed);
            return right.get();
        }
        throw new StateException(wrong(kept, installed));
    }

    /// A variable that says otherwise than the file is a mistake that would come out at the worst time.
    private void requireNoOther(InstallationKey inUse, Optional<KeyStore.Installed> installed) {
        if (given.isEmpty() || given.get().key().is(inUse)) {
            return;
        }
        String variable = given.get().variable();
        throw new StateException(
                isPrevious(given.get().key(), installed)
                        ? variable + " still holds the key from before the change of "
                                + installed.orElseThrow().changedAt() + ": set it to the new key, or remove it,"
                                + " since the key is in " + file.path()
                        : variable + " is not the key in " + file.path() + ", which opens the database: remove the"
                                + " variable, or put the right key into it; to change the key, start with the one that"
                                + " is in use and run sekisho secret rotate-installation-key");
    }

    /// A file with a key that is none of this database is not written over.
    private void requireOldOrNone(Optional<InstallationKey> kept, Optional<KeyStore.Installed> installed) {
        if (kept.isPresent() && !isPrevious(kept.get(), installed)) {
            throw new StateException(given.orElseThrow().variable() + " opens the database, but " + file.path()
                    + " holds a key of something else: move that file away");
        }
    }

    private static boolean isPrevious(InstallationKey key, Optional<KeyStore.Installed> installed) {
        return installed
                .flatMap(KeyStore.Installed::previous)
                .filter(key.mark()::equals)
                .isPresent();
    }

    private String wrong(Optional<InstallationKey> kept, Optional<KeyStore.Installed> installed) {
        String mark = installed
                .map(KeyStore.Installed::mark)
                .map(text -> " (its mark is " + text + ")")
                .orElse("");
        Optional<InstallationKey> tried = kept.or(() -> given.map(GivenKey::key));
        String where = kept.isPresent()
                ? file.path().toString()
                : given.map(GivenKey::variable).orElse("");
        if (tried.isEmpty()) {
            return file.path() + " is missing, and what is sealed in the database can't be opened without it" + mark
                    + ": restore it from a backup, copy it from another node, or give the key once as "
                    + GivenKey.VARIABLES.getFirst() + WAYS_ON;
        }
        if (isPrevious(tried.get(), installed)) {
            return "the key in " + where + " is from before the change of "
                    + installed.orElseThrow().changedAt() + ": put the new one there" + mark
                    + ", as another node has it or as it was given then";
        }
        return "the key in " + where + " is not the one that the database was sealed with" + mark
                + ": put the right one back" + WAYS_ON;
    }
}
