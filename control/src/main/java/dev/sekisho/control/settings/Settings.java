package dev.sekisho.control.settings;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.SettingsEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.people.People;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Problem;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.dataplane.noise.PublicKey;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiFunction;

/// The settings of the network module and the server's key. Thread-safe.
public final class Settings {
    /// Product line P03.
    public static final String DEFAULT_ENROLLMENT_ROLE = "default_wireguard_user";

    /// The identity of the one row of settings.
    private static final String ROW = "1";

    private final UnitOfWork work;
    private final SettingsStore store;
    private final People people;
    private final KeySafe safe;

    public Settings(UnitOfWork work, SettingsStore store, People people, KeySafe safe) {
        this.work = work;
        this.store = store;
        this.people = people;
        this.safe = safe;
    }

    /// Sets them up at the first start, with a new key for the server; makes one, too, in the place of a key that was
    /// lost with the installation's key. To be called once, before anything else.
    public void setUp() {
        boolean isThere = work.read(transaction -> store.find(transaction).isPresent() && !isKeyLost(transaction));
        if (isThere) {
            return;
        }
        byte[] scalar = new byte[SecretKey.BYTES];
        try (KeyPair pair = KeyPair.generate(Entropy.system())) {
            pair.secret().copyTo(scalar, 0);
            SettingsStore.ServerKey key = new SettingsStore.ServerKey(
                    safe.seal(KeySafe.Use.SERVER_KEY, ROW, scalar),
                    pair.publicKey().toString());
            work.change(Actor.SYSTEM, transaction -> setUp(transaction, key));
        } finally {
            Wipe.bytes(scalar);
        }
    }

    private boolean isKeyLost(Transaction transaction) {
        return store.key(transaction).sealed().length == 0;
    }

    private Change<Boolean> setUp(Transaction transaction, SettingsStore.ServerKey key) {
        if (store.find(transaction).isEmpty()) {
            NetworkSettings first = NetworkSettings.DEFAULT;
            List<NamedRole> roles =
                    people.role(transaction, DEFAULT_ENROLLMENT_ROLE).stream().toList();
            store.insert(transaction, withRoles(first, roles), key, MailTemplate.DEFAULT);
            return Change.of(true, new SettingsEvent.Changed("network"));
        }
        if (isKeyLost(transaction)) {
            store.replaceKey(transaction, key);
            return Change.of(true, new SettingsEvent.NetworkChanged(List.of("server key: lost -> " + key.publicKey())));
        }
        return Change.none(false);
    }

    private static NetworkSettings withRoles(NetworkSettings settings, List<NamedRole> roles) {
        return new NetworkSettings(
                settings.enabled(),
                settings.place(),
                settings.mfa(),
                settings.scan(),
                roles,
                settings.maxOwnDevices(),
                settings.pendingDevices(),
                settings.version());
    }

    /// Whether somebody has saved them since the first start.
    public static boolean savedOnce(UnitOfWork work, SettingsStore store) {
        return work.read(store::find)
                .filter(settings -> settings.version() > NetworkSettings.DEFAULT.version())
                .isPresent();
    }

    /// What holds.
    public NetworkSettings current() {
        return work.read(this::current);
    }

    /// What holds, in a transaction of somebody else's.
    public NetworkSettings current(Transaction transaction) {
        return store.find(transaction).orElse(NetworkSettings.DEFAULT);
    }

    /// Replaces them.
    ///
    /// @param ifMatch the version that the caller has read, if they said so
    /// @param next makes the settings from those that hold and from what finds a role by its name
    /// @throws Problem 400 when with them nobody could connect, 412
    public NetworkSettings change(
            Actor actor, OptionalLong ifMatch, BiFunction<NetworkSettings, RoleFinder, NetworkSettings> next) {
        return work.change(actor, transaction -> {
            NetworkSettings before = current(transaction);
            Checked.version(ifMatch, before.version());
            NetworkSettings after = next.apply(before, name -> role(transaction, name));
            SettingsCheck.require(after, store.addressesInUse(transaction));
            List<String> changes = before.changesTo(after);
            if (changes.isEmpty() && before.version() > NetworkSettings.DEFAULT.version()) {
                return Change.none(before);
            }
            if (!store.update(transaction, after)) {
                throw Problem.stale();
            }
            return Change.of(after, new SettingsEvent.NetworkChanged(changes));
        });
    }

    /// Finds a role.
    @FunctionalInterface
    public interface RoleFinder {
        /// The role with this name.
        ///
        /// @throws Problem 400 when there is none
        NamedRole role(String name);
    }

    private NamedRole role(Transaction transaction, String name) {
        return people.role(transaction, name)
                .orElseThrow(() -> Problem.invalid("enrollmentRoles", "there is no role '" + name + "'"));
    }

    /// The server's public key.
    public PublicKey publicKey(Transaction transaction) {
        return PublicKey.parse(store.key(transaction).publicKey());
    }

    /// The server's private key. The caller closes it.
    public SecretKey privateKey(Transaction transaction) {
        byte[] scalar =
                safe.open(KeySafe.Use.SERVER_KEY, ROW, store.key(transaction).sealed());
        try {
            return SecretKey.copyOf(scalar, 0);
        } finally {
            Wipe.bytes(scalar);
        }
    }

    /// The mail for new devices.
    public MailTemplate template() {
        return work.read(store::template);
    }

    /// Replaces it.
    public MailTemplate template(Actor actor, MailTemplate next) {
        return work.change(actor, transaction -> {
            store.template(transaction, next);
            return Change.of(next, new SettingsEvent.Changed("device-mail"));
        });
    }
}
