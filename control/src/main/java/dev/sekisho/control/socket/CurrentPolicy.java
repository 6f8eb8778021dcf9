package dev.sekisho.control.socket;

import dev.sekisho.control.policy.DeviceSection;
import dev.sekisho.control.policy.NetworkSection;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.totp.TotpSecret;
import dev.sekisho.control.totp.TotpVerifier;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The policy in force, and the way to another. Owns the content and wipes it when the next one replaces
/// it. Thread-safe: one change or one check of a code at a time.
public final class CurrentPolicy implements PolicyInForce, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CurrentPolicy.class.getName());

    private final Enforcer enforcer;
    private final TotpVerifier verifier;
    private PolicyFile.Content content;

    /// @param content what is in force already; its owner is this from now on
    public CurrentPolicy(Enforcer enforcer, TotpVerifier verifier, PolicyFile.Content content) {
        this.enforcer = enforcer;
        this.verifier = verifier;
        this.content = content;
    }

    /// Puts another content in force.
    ///
    /// @throws RuntimeException with a sentence when the enforcer refuses; then nothing has changed and
    ///     the content stays the caller's
    public synchronized void enforce(PolicyFile.Content next) {
        enforcer.enforce(next);
        List<String> later = needRestart(content.network(), next.network());
        if (!later.isEmpty()) {
            LOG.log(Level.WARNING, "changed, but only a restart applies it: {0}", String.join(", ", later));
        }
        PolicyFile.Content previous = content;
        content = next;
        previous.close();
        verifier.retain(next.policy().users().stream().map(User::id).collect(Collectors.toSet()));
    }

    /// The keys of `network` that differ and can't change while the interface is up.
    private static List<String> needRestart(NetworkSection before, NetworkSection after) {
        List<String> keys = new ArrayList<>();
        if (before.enabled() != after.enabled()) {
            keys.add("network.enabled");
        }
        if (!before.interfaceName().equals(after.interfaceName())) {
            keys.add("network.interface");
        }
        if (!before.handOffInterface().equals(after.handOffInterface())) {
            keys.add("network.handoffInterface");
        }
        if (!before.addresses().equals(after.addresses())) {
            keys.add("network.addresses");
        }
        if (before.mtu() != after.mtu()) {
            keys.add("network.mtu");
        }
        return keys;
    }

    @Override
    public synchronized long version() {
        return content.policy().version();
    }

    @Override
    public synchronized Optional<TotpVerifier.Verdict> verify(
            UserId user, CharSequence code, long epochSecond, long nowNanos) {
        TotpSecret secret = content.totp().get(user);
        return secret == null
                ? Optional.empty()
                : Optional.of(verifier.verify(user, secret, code, epochSecond, nowNanos));
    }

    @Override
    public synchronized Optional<UserId> userOf(DeviceId id) {
        return content.devices().stream()
                .filter(device -> device.id().equals(id))
                .map(DeviceSection::user)
                .findFirst();
    }

    @Override
    public synchronized boolean hasUser(UserId id) {
        return content.policy().users().stream().anyMatch(user -> user.id().equals(id));
    }

    /// Wipes the secrets.
    @Override
    public synchronized void close() {
        content.close();
    }
}
