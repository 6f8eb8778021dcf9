package dev.sekisho.control.server;

import dev.sekisho.control.directory.Seal;
import dev.sekisho.control.factor.Seals;
import dev.sekisho.control.outbox.Sealer;
import dev.sekisho.control.secret.Scope;
import dev.sekisho.control.secret.SealedColumn;
import dev.sekisho.control.secret.SealedColumn.Loss;
import dev.sekisho.control.secret.Secrets;
import dev.sekisho.control.secret.Vault;
import dev.sekisho.control.settings.KeySafe;
import java.util.List;

/// The vault as each feature wants it, and all columns that it seals. Immutable.
///
/// @param vault seals
record Vaults(Vault vault) {
    private static final String FACTOR = "factor";

    /// Everything that a rotation of the key has to find, and a loss of it marks.
    static final List<SealedColumn> COLUMNS = List.of(
            Secrets.COLUMN,
            SealedColumn.of(FACTOR, "id", "sealed", Loss.MARKED),
            SealedColumn.single("network_settings", "server_key", Loss.MARKED),
            SealedColumn.of("device", "id", "preshared_key", Loss.MARKED),
            SealedColumn.of("device_link", "id", "config", Loss.REMOVED),
            SealedColumn.of("outbox", "id", "message", Loss.MARKED),
            SealedColumn.of("alert_channel", "id", "settings", Loss.MARKED_AND_OFF),
            SealedColumn.single("mail_settings", "settings", Loss.REMOVED),
            SealedColumn.of("push_subscription", "id", "keys", Loss.REMOVED),
            SealedColumn.single("push_key", "pair", Loss.REMOVED),
            SealedColumn.of("notice_target", "user_id", "settings", Loss.REMOVED),
            SealedColumn.of("directory", "id", "secret", Loss.MARKED_AND_OFF));

    /// For second factors: the owner is the factor's identity.
    Seals seals() {
        return new Seals() {
            @Override
            public byte[] seal(String owner, byte[] clear) {
                return vault.seal(new Scope(FACTOR, owner, "sealed"), clear);
            }

            @Override
            public byte[] open(String owner, byte[] sealed) {
                return vault.open(new Scope(FACTOR, owner, "sealed"), sealed);
            }
        };
    }

    /// For the passwords of directories.
    Seal directorySeal() {
        return new Seal() {
            @Override
            public byte[] seal(String directory, byte[] clear) {
                return vault.seal(new Scope("directory", directory, "secret"), clear);
            }

            @Override
            public byte[] open(String directory, byte[] sealed) {
                return vault.open(new Scope("directory", directory, "secret"), sealed);
            }
        };
    }

    /// For what is sent and where it goes.
    Sealer sealer() {
        return new Sealer() {
            @Override
            public byte[] seal(String table, String row, String column, byte[] plain) {
                return vault.seal(new Scope(table, row, column), plain);
            }

            @Override
            public byte[] open(String table, String row, String column, byte[] sealed) {
                return vault.open(new Scope(table, row, column), sealed);
            }
        };
    }

    /// For the keys of the tunnel.
    KeySafe keySafe() {
        return new KeySafe() {
            @Override
            public byte[] seal(Use use, String row, byte[] plain) {
                return vault.seal(scope(use, row), plain);
            }

            @Override
            public byte[] open(Use use, String row, byte[] sealed) {
                return vault.open(scope(use, row), sealed);
            }
        };
    }

    private static Scope scope(KeySafe.Use use, String row) {
        return switch (use) {
            case SERVER_KEY -> new Scope("network_settings", row, "server_key");
            case PRESHARED_KEY -> new Scope("device", row, "preshared_key");
            case DEVICE_CONFIG -> new Scope("device_link", row, "config");
        };
    }
}
