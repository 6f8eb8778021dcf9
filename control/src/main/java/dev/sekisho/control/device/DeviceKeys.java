package dev.sekisho.control.device;

import dev.sekisho.control.settings.HostAddress;
import dev.sekisho.control.settings.KeyPair;
import dev.sekisho.control.settings.KeySafe;
import dev.sekisho.control.settings.NetworkSettings;
import dev.sekisho.control.settings.Settings;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.tunnel.Keys;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.dataplane.noise.PublicKey;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Makes the keys of devices, and the file that tells them. Thread-safe. A private key leaves in that file only, and is
/// kept nowhere.
final class DeviceKeys {
    private final Settings settings;
    private final KeySafe safe;

    DeviceKeys(Settings settings, KeySafe safe) {
        this.settings = settings;
        this.safe = safe;
    }

    /// Keys before their device is kept. The owner closes it, which wipes the secrets.
    ///
    /// @param secret empty when the device keeps its own to itself
    record Fresh(PublicKey publicKey, Optional<SecretKey> secret, Optional<SecretKey> presharedKey)
            implements AutoCloseable {
        @Override
        public void close() {
            secret.ifPresent(SecretKey::close);
            presharedKey.ifPresent(SecretKey::close);
        }
    }

    /// New keys.
    ///
    /// @param own the device's public key, when it made the pair itself
    Fresh fresh(Optional<PublicKey> own, boolean withPresharedKey) {
        Optional<SecretKey> presharedKey =
                withPresharedKey ? Optional.of(SecretKey.generate(Entropy.system())) : Optional.empty();
        if (own.isPresent()) {
            return new Fresh(own.get(), Optional.empty(), presharedKey);
        }
        KeyPair pair = KeyPair.generate(Entropy.system());
        return new Fresh(pair.publicKey(), Optional.of(pair.secret()), presharedKey);
    }

    /// What is kept of them.
    ///
    /// @param device the identity of whose they are
    Device.Key kept(String device, Fresh fresh) {
        return new Device.Key(fresh.publicKey(), fresh.presharedKey().map(key -> seal(device, key)));
    }

    private byte[] seal(String device, SecretKey key) {
        byte[] bytes = new byte[SecretKey.BYTES];
        try {
            key.copyTo(bytes, 0);
            return safe.seal(KeySafe.Use.PRESHARED_KEY, device, bytes);
        } finally {
            Wipe.bytes(bytes);
        }
    }

    /// The file for the device; empty when its private key is its own.
    Optional<String> config(Transaction transaction, Device device, Fresh fresh) {
        return fresh.secret()
                .map(secret -> config(
                        transaction,
                        device,
                        new ClientConfig.Secrets(
                                text(secret), fresh.presharedKey().map(DeviceKeys::text))));
    }

    /// A file that was made before, with its keys, as it is right now.
    String renewed(Transaction transaction, Device device, String config) {
        return config(transaction, device, ClientConfig.Secrets.in(config));
    }

    private String config(Transaction transaction, Device device, ClientConfig.Secrets secrets) {
        NetworkSettings current = settings.current(transaction);
        ClientConfig.Server server = new ClientConfig.Server(
                settings.publicKey(transaction),
                current.place().publicAddress().or(HostAddress::find).orElse("localhost"),
                current);
        return ClientConfig.text(device, secrets, server);
    }

    private static String text(SecretKey key) {
        byte[] base64 = Keys.base64(key);
        try {
            return new String(base64, StandardCharsets.US_ASCII);
        } finally {
            Wipe.bytes(base64);
        }
    }
}
