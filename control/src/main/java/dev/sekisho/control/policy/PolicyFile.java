package dev.sekisho.control.policy;

import dev.sekisho.control.totp.TotpSecret;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.crypto.X25519;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.UserId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// A policy file on disk. All its keys: `docs/policy-file.md`.
///
/// @param path the file
/// @param interfaceName the interface instead of the one that the file names
public record PolicyFile(Path path, Optional<String> interfaceName) {
    /// The version of a start. Only then a missing key is made: later it would be a new identity for the
    /// server, which
    /// none of its devices knows.
    private static final long FIRST_VERSION = 1;

    /// Bytes in a file; 100,000 grants need about 10 MiB.
    public static final long MAX_BYTES = 64L << 20;

    /// The file as it is.
    public PolicyFile(Path path) {
        this(path, Optional.empty());
    }

    /// What a file says, checked but not yet in force. Immutable; whoever read it closes it, which wipes
    /// the secrets.
    ///
    /// @param network the server's place in the network
    /// @param privateKey the server's key
    /// @param mfa how long approvals hold
    /// @param scan when a device is locked
    /// @param devices who connects
    /// @param totp the second factors of those users who have one
    /// @param policy who may reach what
    /// @param digest SHA-256 of the file, hexadecimal
    /// @param warnings what works but deserves a look, one line each with file, line and key
    public record Content(
            NetworkSection network,
            SecretKey privateKey,
            MfaSection mfa,
            ScanSection scan,
            List<DeviceSection> devices,
            Map<UserId, TotpSecret> totp,
            Policy policy,
            String digest,
            List<String> warnings)
            implements AutoCloseable {
        public Content {
            devices = List.copyOf(devices);
            totp = Map.copyOf(totp);
            warnings = List.copyOf(warnings);
        }

        /// Wipes every secret of the file.
        @Override
        public void close() {
            privateKey.close();
            totp.values().forEach(TotpSecret::close);
            devices.forEach(device -> device.presharedKey().ifPresent(SecretKey::close));
        }
    }

    /// Reads and checks the file, and makes the private key when there is none yet.
    ///
    /// @param version of the policy, growing with every change
    /// @throws PolicyFileException when it can't be read or used
    public Content read(long version) {
        byte[] bytes = bytes();
        try {
            return parse(bytes, version);
        } finally {
            Wipe.bytes(bytes);
        }
    }

    /// What the file says about the network; all of it is checked, and no key is read or made.
    ///
    /// @throws PolicyFileException when it can't be read or used
    public NetworkSection network() {
        byte[] bytes = bytes();
        try {
            PolicyParser.Parsed parsed = parsed(bytes, FIRST_VERSION, new Problems(path.toString()));
            parsed.people().wipe();
            return named(parsed.network());
        } finally {
            Wipe.bytes(bytes);
        }
    }

    /// The file as it is. The caller wipes it.
    ///
    /// @throws PolicyFileException when it can't be read
    byte[] bytes() {
        Problems problems = new Problems(path.toString());
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes((int) MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                problems.add(0, "", "has more than " + (MAX_BYTES >> 20) + " MiB");
                Wipe.bytes(bytes);
            }
            problems.throwIfAny();
            return bytes;
        } catch (NoSuchFileException e) {
            problems.add(0, "", "no such file");
        } catch (AccessDeniedException e) {
            problems.add(0, "", "permission denied");
        } catch (IOException e) {
            problems.add(0, "", "can't be read: " + e.getMessage());
        }
        problems.throwIfAny();
        throw new IllegalStateException("neither bytes nor a problem");
    }

    /// What these bytes of the file say.
    ///
    /// @throws PolicyFileException when they can't be used
    Content parse(byte[] bytes, long version) {
        Problems problems = new Problems(path.toString());
        PolicyParser.Parsed parsed = parsed(bytes, version, problems);
        return withKey(parsed, digest(bytes), version == FIRST_VERSION, problems);
    }

    private PolicyParser.Parsed parsed(byte[] bytes, long version, Problems problems) {
        try (InputStreamReader text =
                new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.newDecoder())) {
            return PolicyParser.parse(text, directory(), version, problems);
        } catch (YamlEngineException e) {
            boolean notText = e.getCause() instanceof CharacterCodingException;
            problems.add(0, "", notText ? "is not a text file in UTF-8" : "holds characters that YAML doesn't allow");
        } catch (CharacterCodingException e) {
            problems.add(0, "", "is not a text file in UTF-8");
        } catch (IOException e) {
            problems.add(0, "", "can't be read: " + e.getMessage());
        }
        problems.throwIfAny();
        throw new IllegalStateException("neither content nor a problem");
    }

    /// What tells one content of the file from another: a digest of its bytes, or why they can't be read.
    String digest() {
        byte[] bytes = new byte[0];
        try {
            bytes = bytes();
            return digest(bytes);
        } catch (PolicyFileException e) {
            return String.valueOf(e.getMessage());
        } finally {
            Wipe.bytes(bytes);
        }
    }

    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private Path directory() {
        return Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file has a directory");
    }

    private Content withKey(PolicyParser.Parsed parsed, String digest, boolean isFirst, Problems problems) {
        List<DeviceSection> devices =
                parsed.people().devices.stream().map(Located::value).toList();
        Path keyFile = parsed.network().privateKeyFile();
        SecretKey key = null;
        try {
            PrivateKeyFile file = new PrivateKeyFile(keyFile);
            key = isFirst ? file.readOrMake() : file.read();
            if (file.isOpenToOthers()) {
                problems.warn(0, "network.privateKeyFile", keyFile + " is open to others than its owner: chmod 600");
            }
            boolean holdsSecrets = !parsed.people().totp.isEmpty()
                    || devices.stream().anyMatch(device -> device.presharedKey().isPresent());
            if (holdsSecrets && PrivateKeyFile.isOpenToOthers(path)) {
                problems.warn(0, "", "holds secrets and is open to others than its owner: chmod 600");
            }
            PublicKey own = publicKey(key);
            for (Located<DeviceSection> device : parsed.people().devices) {
                if (device.value().publicKey().equals(own)) {
                    problems.add(device.line(), device.path() + ".publicKey", "is the server's own key");
                }
            }
        } catch (AccessDeniedException e) {
            problems.add(0, "network.privateKeyFile", keyFile + ": permission denied");
        } catch (NoSuchFileException e) {
            problems.add(
                    0,
                    "network.privateKeyFile",
                    keyFile
                            + (isFirst
                                    ? " can't be made: there is no such directory"
                                    : " is gone: a new key would cut off every device, so it is made at a start only"));
        } catch (IOException e) {
            problems.add(0, "network.privateKeyFile", keyFile + " can't be read or made: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            problems.add(0, "network.privateKeyFile", String.valueOf(e.getMessage()));
        }
        if (key == null || !problems.isEmpty()) {
            parsed.people().wipe();
            if (key != null) {
                key.close();
            }
            problems.throwIfAny();
            throw new IllegalStateException("neither a key nor a problem");
        }
        return new Content(
                named(parsed.network()),
                key,
                parsed.mfa(),
                parsed.scan(),
                devices,
                parsed.people().totp,
                parsed.policy(),
                digest,
                problems.warnings());
    }

    private NetworkSection named(NetworkSection network) {
        return interfaceName.map(network::named).orElse(network);
    }

    private static PublicKey publicKey(SecretKey key) {
        byte[] scalar = new byte[SecretKey.BYTES];
        byte[] point = new byte[PublicKey.BYTES];
        try {
            key.copyTo(scalar, 0);
            new X25519().publicKey(scalar, point);
            return PublicKey.of(point, 0);
        } finally {
            Wipe.bytes(scalar);
        }
    }
}
