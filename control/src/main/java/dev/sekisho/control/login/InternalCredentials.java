package dev.sekisho.control.login;

import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.token.TokenRevocation;
import dev.sekisho.control.tries.Budget;
import dev.sekisho.control.tries.Tries;
import dev.sekisho.control.user.Credentials;
import dev.sekisho.control.user.User;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// What a change of a user does to what they log in with. Thread-safe.
public final class InternalCredentials implements Credentials {
    private final LoginStore store;
    private final Passwords passwords;
    private final Tries tries;
    private final TokenRevocation tokens;
    private final InstantSource clock;

    /// What they are made of.
    public record Parts(LoginStore store, Passwords passwords, Tries tries, TokenRevocation tokens) {}

    public InternalCredentials(Parts parts, InstantSource clock) {
        this.store = parts.store();
        this.passwords = parts.passwords();
        this.tries = parts.tries();
        this.tokens = parts.tokens();
        this.clock = clock;
    }

    @Override
    public Prepared prepare(String userName, Optional<String> typed) {
        return passwords.prepare(userName, typed);
    }

    @Override
    public void set(Transaction transaction, String userId, Prepared prepared) {
        store.setPassword(
                transaction, userId, new LoginStore.Password(prepared.hash(), prepared.mustChange()), clock.instant());
    }

    @Override
    public int endSessions(Transaction transaction, String userId) {
        store.forgetKnownDevices(transaction, userId);
        return store.deleteAll(transaction, userId, Optional.empty());
    }

    @Override
    public List<ControlEvent> revokeTokens(Transaction transaction, User user) {
        return tokens.all(transaction, user);
    }

    @Override
    public void forgetFailures(Transaction transaction, User user) {
        tries.clear(transaction, account(user.id()));
        tries.clear(transaction, Budget.failuresOf("factor", user.id()));
        store.knownDevices(transaction, user.id()).forEach(id -> tries.clear(transaction, knownDevice(id)));
    }

    /// Wrong passwords of an account from devices that nobody knows.
    static Budget account(String id) {
        return Budget.failuresOf("account", id);
    }

    /// Wrong passwords of a name that nobody has.
    static Budget nobody(String nameKey) {
        return Budget.failuresOfNobody("account", nameKey);
    }

    /// Wrong passwords from a device that its user has logged in from: nobody else can use them up.
    static Budget knownDevice(String id) {
        return Budget.failuresOf("known", id);
    }
}
