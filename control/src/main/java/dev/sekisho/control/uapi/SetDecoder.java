package dev.sekisho.control.uapi;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.run.DeviceUpdate;
import dev.sekisho.dataplane.run.PeerUpdate;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Turns the lines of one `set` operation into one [DeviceUpdate]. Sans-IO, one owner thread, used once.
///
/// Lines before the first `public_key` are about the device, those after it about that peer. As in wireguard-go the
/// lines of a peer count in order: a later line wins, and nothing counts behind `remove=true`. Unlike there nothing is
/// applied before the whole operation has been read.
final class SetDecoder implements AutoCloseable {
    private static final long MAX_U32 = 0xffff_ffffL;

    private Optional<SecretKey> privateKey = Optional.empty();
    private OptionalInt listenPort = OptionalInt.empty();
    private OptionalInt fwmark = OptionalInt.empty();
    private boolean replacePeers;
    private final List<PeerUpdate> peers = new ArrayList<>();
    private int lines;

    private @Nullable PublicKey publicKey;
    private boolean remove;
    private boolean updateOnly;
    private Optional<SecretKey> presharedKey = Optional.empty();
    private Optional<Endpoint> endpoint = Optional.empty();
    private OptionalInt keepaliveSeconds = OptionalInt.empty();
    private boolean replaceAllowedIps;
    private final List<Cidr> allowedIps = new ArrayList<>();

    /// The peer's blocks in order once one of them is a removal: true = add. Null while all are additions.
    private @Nullable Map<Cidr, Boolean> changes;

    /// Takes the line `buffer[from .. to)`, which isn't empty.
    ///
    /// @throws UapiException when it can't be part of a `set`
    void line(byte[] buffer, int from, int to) {
        if (++lines > UapiLimits.MAX_LINES) {
            throw new UapiException(Errno.TOO_BIG, "more than " + UapiLimits.MAX_LINES + " lines in one operation");
        }
        int equals = from;
        while (equals < to && buffer[equals] != '=') {
            equals++;
        }
        if (equals == to) {
            throw new UapiException(Errno.PROTOCOL, "a line without '='");
        }
        UapiKey key = UapiKey.find(buffer, from, equals);
        if (key == null) {
            throw new UapiException(Errno.INVALID, "unknown key");
        }
        int value = equals + 1;
        if (key == UapiKey.PUBLIC_KEY) {
            finishPeer();
            publicKey = Values.publicKey(key, buffer, value, to);
        } else if (publicKey == null) {
            deviceLine(key, buffer, value, to);
        } else {
            peerLine(key, buffer, value, to);
        }
    }

    /// The transaction, after the last line.
    DeviceUpdate finish() {
        finishPeer();
        return new DeviceUpdate(privateKey, listenPort, fwmark, replacePeers, peers);
    }

    /// Wipes the secrets of the operation; who applied it has made copies.
    @Override
    public void close() {
        privateKey.ifPresent(SecretKey::close);
        presharedKey.ifPresent(SecretKey::close);
        peers.forEach(peer -> peer.presharedKey().ifPresent(SecretKey::close));
    }

    private void deviceLine(UapiKey key, byte[] buffer, int from, int to) {
        switch (key) {
            case PRIVATE_KEY -> {
                SecretKey next = Values.secretKey(key, buffer, from, to);
                privateKey.ifPresent(SecretKey::close);
                privateKey = Optional.of(next);
            }
            case LISTEN_PORT -> listenPort = OptionalInt.of((int) Values.number(key, buffer, from, to, 0xffff));
            case FWMARK -> fwmark = OptionalInt.of((int) Values.number(key, buffer, from, to, MAX_U32));
            case REPLACE_PEERS -> replacePeers = requireTrue(key, buffer, from, to);
            default -> throw Values.invalid(key, "is not a key of the device");
        }
    }

    private void peerLine(UapiKey key, byte[] buffer, int from, int to) {
        switch (key) {
            case REMOVE -> remove = requireTrue(key, buffer, from, to);
            case UPDATE_ONLY -> updateOnly = requireTrue(key, buffer, from, to);
            case PRESHARED_KEY -> {
                SecretKey next = Values.secretKey(key, buffer, from, to);
                presharedKey.ifPresent(SecretKey::close);
                presharedKey = Optional.of(next);
            }
            case ENDPOINT -> endpoint = Optional.of(Values.endpoint(key, buffer, from, to));
            case PERSISTENT_KEEPALIVE ->
                keepaliveSeconds = OptionalInt.of((int) Values.number(key, buffer, from, to, 0xffff));
            case REPLACE_ALLOWED_IPS -> {
                replaceAllowedIps = requireTrue(key, buffer, from, to);
                allowedIps.clear();
                changes = null;
            }
            case ALLOWED_IP -> allowedIp(key, buffer, from, to);
            case PROTOCOL_VERSION -> {
                if (Values.number(key, buffer, from, to, MAX_U32) != 1) {
                    throw Values.invalid(key, "is not 1");
                }
            }
            default -> throw Values.invalid(key, "is not a key of a peer");
        }
    }

    private void allowedIp(UapiKey key, byte[] buffer, int from, int to) {
        boolean removal = from < to && buffer[from] == '-';
        Cidr block = Values.cidr(key, buffer, removal ? from + 1 : from, to);
        if (removal && changes == null) {
            changes = new LinkedHashMap<>();
            for (Cidr added : allowedIps) {
                changes.put(added, true);
            }
        }
        if (changes == null) {
            allowedIps.add(block);
        } else {
            changes.put(block, !removal);
        }
    }

    private void finishPeer() {
        if (publicKey == null) {
            return;
        }
        if (peers.size() == UapiLimits.MAX_PEERS) {
            throw new UapiException(Errno.TOO_BIG, "more than " + UapiLimits.MAX_PEERS + " peers in one operation");
        }
        peers.add(
                remove
                        ? removal(publicKey)
                        : new PeerUpdate(
                                publicKey,
                                false,
                                updateOnly,
                                presharedKey,
                                endpoint,
                                keepaliveSeconds,
                                replaceAllowedIps,
                                changes == null ? allowedIps : blocks(changes, true),
                                changes == null ? List.of() : blocks(changes, false)));
        if (remove) {
            presharedKey.ifPresent(SecretKey::close);
        }
        publicKey = null;
        remove = false;
        updateOnly = false;
        presharedKey = Optional.empty();
        endpoint = Optional.empty();
        keepaliveSeconds = OptionalInt.empty();
        replaceAllowedIps = false;
        allowedIps.clear();
        changes = null;
    }

    private static PeerUpdate removal(PublicKey publicKey) {
        return new PeerUpdate(
                publicKey,
                true,
                false,
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                false,
                List.of(),
                List.of());
    }

    private static List<Cidr> blocks(Map<Cidr, Boolean> changes, boolean added) {
        List<Cidr> blocks = new ArrayList<>();
        changes.forEach((block, isAddition) -> {
            if (isAddition == added) {
                blocks.add(block);
            }
        });
        return blocks;
    }

    private static boolean requireTrue(UapiKey key, byte[] buffer, int from, int to) {
        if (!Values.isTrue(buffer, from, to)) {
            throw Values.invalid(key, "is not true");
        }
        return true;
    }
}
