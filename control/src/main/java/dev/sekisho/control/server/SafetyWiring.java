package dev.sekisho.control.server;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Audits;
import dev.sekisho.control.audit.Checkpoints;
import dev.sekisho.control.audit.JdbcAuditStore;
import dev.sekisho.control.audit.stream.AuditStreams;
import dev.sekisho.control.audit.web.AuditApi;
import dev.sekisho.control.backup.BackupApi;
import dev.sekisho.control.backup.Backups;
import dev.sekisho.control.secret.InstallationKeys;
import dev.sekisho.control.secret.KeyRotation;
import dev.sekisho.control.secret.SecretApi;
import dev.sekisho.control.secret.Secrets;
import dev.sekisho.control.secret.Vault;
import java.nio.file.Path;
import java.time.Duration;

/// The vault, secrets and the audit log's checkpoints.
final class SafetyWiring {
    private SafetyWiring() {}

    static Vaults wire(Core core, Features features, Background background) {
        Vault vault = Vault.open(core.work(), core.options().state(), System.getenv(), core.clock());
        Vaults vaults = new Vaults(vault);
        KeyRotation rotation = new KeyRotation(core.work(), vault, Vaults.COLUMNS, core.clock());
        background.every(Duration.ofSeconds(5), "rotating the key", () -> rotation.advance(Actor.SYSTEM));
        InstallationKeys installation = new InstallationKeys(core.work(), vault, System.getenv(), core.clock());
        background.every(Duration.ofSeconds(5), "following the installation's key", installation::tick);
        features.follow(actions -> actions.stream().anyMatch(action -> action.contains("-key-")), installation::tick);
        features.health("secrets", vault::concern);
        Secrets secrets = new Secrets(core.work(), vault, core.clock());
        features.routes(new SecretApi(secrets, rotation, installation).routes());
        core.work().gather();
        background.every(Duration.ofSeconds(1), "noting who was seen", core.work()::catchUp);
        features.closeable(core.work()::catchUp);
        audit(core, features, background);
        backups(core, features, vault);
        return vaults;
    }

    private static void backups(Core core, Features features, Vault vault) {
        Path state = core.options().state();
        Backups backups = new Backups(core.database(), state, Server.VERSION, core.clock());
        features.routes(new BackupApi(core.work(), backups, state, vault::installationKey).routes());
    }

    private static void audit(Core core, Features features, Background background) {
        JdbcAuditStore store = new JdbcAuditStore();
        Checkpoints checkpoints = Checkpoints.open(
                core.work(), store, core.clock(), core.options().state());
        background.every(Duration.ofSeconds(1), "signing the audit log", checkpoints::tick);
        features.health("audit", checkpoints::contradiction);
        AuditStreams streams = new AuditStreams(
                core.work(),
                store,
                core.options().state(),
                PortalAddress.of(core.options()).name());
        features.start(streams::start);
        features.closeable(streams);
        features.follow(actions -> actions.contains("audit.streams-changed"), streams::start);
        features.routes(new AuditApi(new Audits(core.work(), store, checkpoints), streams, core.events(), core.clock())
                .routes());
        features.closeable(checkpoints::sign);
    }
}
