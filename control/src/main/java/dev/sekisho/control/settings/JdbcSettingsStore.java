package dev.sekisho.control.settings;

import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.policy.MfaSection;
import dev.sekisho.control.policy.ScanSection;
import dev.sekisho.control.policy.Texts;
import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.policy.Cidr;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The settings as one row. Thread-safe. Lists are kept with commas in between.
public final class JdbcSettingsStore implements SettingsStore {
    @Override
    public Optional<NetworkSettings> find(Transaction transaction) {
        Sql sql = Sql.of(transaction);
        List<NamedRole> roles = sql.list(
                row -> new NamedRole(row.text("id"), row.text("name")),
                "SELECT o.id, o.name FROM enrollment_role e JOIN role o ON o.id = e.role_id ORDER BY o.name_key");
        return sql.first(row -> settings(row, roles), "SELECT * FROM network_settings WHERE id = 1");
    }

    private static NetworkSettings settings(Row row, List<NamedRole> roles) throws SQLException {
        NetworkSettings.Place place = new NetworkSettings.Place(
                row.text("interface_name"),
                row.integer("listen_port"),
                row.optionalText("public_address"),
                split(row.text("addresses"), Texts::interfaceAddress),
                split(row.optionalText("dns").orElse(""), Cidr::parseAddress),
                row.integer("mtu"),
                split(row.text("subnets"), Texts::cidr),
                split(row.text("network_interfaces"), Texts::interfaceName));
        long age = row.number("mfa_maximum_age");
        return new NetworkSettings(
                row.flag("enabled"),
                place,
                new MfaSection(
                        Duration.ofSeconds(row.number("mfa_inactivity")),
                        age == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(age)),
                        Duration.ofSeconds(row.number("mfa_timeout"))),
                new ScanSection(
                        row.integer("scan_threshold"),
                        Duration.ofSeconds(row.number("scan_window")),
                        ScanSection.DEFAULT.slowThreshold(),
                        ScanSection.DEFAULT.slowWindow()),
                roles,
                row.integer("max_own_devices"),
                row.flag("pending_devices"),
                row.number("version"));
    }

    private static <T> List<T> split(String text, Function<String, T> read) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",")).map(read).toList();
    }

    private static String join(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    @Override
    public void insert(Transaction transaction, NetworkSettings settings, ServerKey key, MailTemplate template) {
        NetworkSettings.Place place = settings.place();
        Sql.of(transaction)
                .update(
                        "INSERT INTO network_settings (id, enabled, interface_name, listen_port, public_address,"
                                + " addresses, dns, mtu, subnets, network_interfaces, mfa_inactivity, mfa_maximum_age,"
                                + " mfa_timeout, scan_threshold, scan_window, max_own_devices, pending_devices,"
                                + " server_key, server_public_key, mail_subject, mail_body, version)"
                                + " VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        settings.enabled(),
                        place.interfaceName(),
                        place.listenPort(),
                        place.publicAddress(),
                        join(place.addresses()),
                        dns(place),
                        place.mtu(),
                        join(place.subnets()),
                        join(place.networkInterfaces()),
                        settings.mfa().inactivity().toSeconds(),
                        settings.mfa().maximumAge().map(Duration::toSeconds),
                        settings.mfa().timeout().toSeconds(),
                        settings.scan().threshold(),
                        settings.scan().window().toSeconds(),
                        settings.maxOwnDevices(),
                        settings.pendingDevices(),
                        key.sealed(),
                        key.publicKey(),
                        template.subject(),
                        template.body(),
                        settings.version());
        roles(transaction, settings);
    }

    private static String dns(NetworkSettings.Place place) {
        return place.dns().stream()
                .map(address ->
                        Cidr.of(address, 8 * address.getAddress().length).addressText())
                .collect(Collectors.joining(","));
    }

    @Override
    public boolean update(Transaction transaction, NetworkSettings settings) {
        NetworkSettings.Place place = settings.place();
        int changed = Sql.of(transaction)
                .update(
                        "UPDATE network_settings SET enabled = ?, interface_name = ?, listen_port = ?,"
                                + " public_address = ?, addresses = ?, dns = ?, mtu = ?, subnets = ?,"
                                + " network_interfaces = ?, mfa_inactivity = ?, mfa_maximum_age = ?, mfa_timeout = ?,"
                                + " scan_threshold = ?, scan_window = ?, max_own_devices = ?, pending_devices = ?,"
                                + " version = ? WHERE id = 1 AND version = ?",
                        settings.enabled(),
                        place.interfaceName(),
                        place.listenPort(),
                        place.publicAddress(),
                        join(place.addresses()),
                        dns(place),
                        place.mtu(),
                        join(place.subnets()),
                        join(place.networkInterfaces()),
                        settings.mfa().inactivity().toSeconds(),
                        settings.mfa().maximumAge().map(Duration::toSeconds),
                        settings.mfa().timeout().toSeconds(),
                        settings.scan().threshold(),
                        settings.scan().window().toSeconds(),
                        settings.maxOwnDevices(),
                        settings.pendingDevices(),
                        settings.version(),
                        settings.version() - 1);
        if (changed == 0) {
            return false;
        }
        Sql.of(transaction).update("DELETE FROM enrollment_role");
        roles(transaction, settings);
        return true;
    }

    private static void roles(Transaction transaction, NetworkSettings settings) {
        for (NamedRole role : settings.enrollmentRoles()) {
            Sql.of(transaction).update("INSERT INTO enrollment_role (role_id) VALUES (?)", role.id());
        }
    }

    @Override
    public ServerKey key(Transaction transaction) {
        return Sql.of(transaction)
                .first(
                        row -> new ServerKey(row.bytes("server_key"), row.text("server_public_key")),
                        "SELECT server_key, server_public_key FROM network_settings WHERE id = 1")
                .orElseThrow(() -> new IllegalStateException("the settings were never set up"));
    }

    @Override
    public void replaceKey(Transaction transaction, ServerKey key) {
        Sql.of(transaction)
                .update(
                        "UPDATE network_settings SET server_key = ?, server_public_key = ? WHERE id = 1",
                        key.sealed(),
                        key.publicKey());
    }

    @Override
    public MailTemplate template(Transaction transaction) {
        return Sql.of(transaction)
                .first(
                        row -> new MailTemplate(row.text("mail_subject"), row.text("mail_body")),
                        "SELECT mail_subject, mail_body FROM network_settings WHERE id = 1")
                .orElse(MailTemplate.DEFAULT);
    }

    @Override
    public void template(Transaction transaction, MailTemplate template) {
        Sql.of(transaction)
                .update(
                        "UPDATE network_settings SET mail_subject = ?, mail_body = ? WHERE id = 1",
                        template.subject(),
                        template.body());
    }

    @Override
    public List<Cidr> addressesInUse(Transaction transaction) {
        return Sql.of(transaction).list(row -> Cidr.parse(row.text("address")), "SELECT address FROM device_address");
    }
}
