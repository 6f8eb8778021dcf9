package dev.sekisho.control.policy;

import dev.sekisho.control.totp.TotpSecret;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The lists `roles`, `users` and `devices`. One owner thread.
final class PeopleParser {
    private static final Set<String> ROLE_KEYS = Set.of("name", "roles");
    private static final Set<String> USER_KEYS = Set.of("name", "roles", "totp", "permissions");
    private static final Set<String> DEVICE_KEYS = Set.of("name", "user", "publicKey", "presharedKey", "addresses");

    private final Problems problems;
    private final Repeated<RoleId> roleIds = new Repeated<>(RoleId::new);
    final Map<RoleId, Located<Role>> roles = new HashMap<>();
    final List<Role> roleOrder = new ArrayList<>();
    final Map<UserId, Located<User>> users = new HashMap<>();
    final List<User> userOrder = new ArrayList<>();
    final Map<UserId, TotpSecret> totp = new HashMap<>();
    final List<Located<DeviceSection>> devices = new ArrayList<>();
    private final Set<DeviceId> deviceNames = new HashSet<>();

    PeopleParser(Problems problems) {
        this.problems = problems;
    }

    void role(String path, YamlNode node) {
        Fields fields = Fields.of(node, path, ROLE_KEYS, problems);
        RoleId id = fields == null ? null : fields.required("name", RoleId::new);
        if (fields == null || id == null) {
            return;
        }
        Role role = new Role(id, fields.list("roles", roleIds::of));
        if (roles.putIfAbsent(id, new Located<>(fields.line(), path, role)) != null) {
            fields.problem("name", "there is another role '" + id + "'");
            return;
        }
        roleOrder.add(role);
    }

    void user(String path, YamlNode node) {
        Fields fields = Fields.of(node, path, USER_KEYS, problems);
        UserId id = fields == null ? null : fields.required("name", UserId::new);
        if (fields == null || id == null) {
            return;
        }
        Set<Permission> permissions = Set.copyOf(fields.list("permissions", Texts::permission));
        User user = new User(id, fields.list("roles", roleIds::of), permissions);
        Optional<TotpSecret> secret = fields.optional("totp", TotpSecret::parse);
        if (users.putIfAbsent(id, new Located<>(fields.line(), path, user)) != null) {
            fields.problem("name", "there is another user '" + id + "'");
            secret.ifPresent(TotpSecret::close);
            return;
        }
        userOrder.add(user);
        secret.ifPresent(found -> {
            totp.put(id, found);
            if (found.isShort()) {
                problems.warn(fields.line("totp"), fields.path("totp"), "is shorter than 128 bits");
            }
        });
    }

    void device(String path, YamlNode node) {
        Fields fields = Fields.of(node, path, DEVICE_KEYS, problems);
        if (fields == null) {
            return;
        }
        DeviceId id = fields.required("name", DeviceId::new);
        UserId user = fields.required("user", UserId::new);
        PublicKey publicKey = fields.required("publicKey", Texts::publicKey);
        List<Cidr> addresses = fields.requiredList("addresses", Texts::host, "10.66.0.2");
        if (id == null || user == null || publicKey == null) {
            return;
        }
        Optional<SecretKey> presharedKey = fields.optional("presharedKey", Texts::secretKey);
        if (!deviceNames.add(id)) {
            fields.problem("name", "there is another device '" + id + "'");
        }
        devices.add(
                new Located<>(fields.line(), path, new DeviceSection(id, user, publicKey, presharedKey, addresses)));
    }

    /// Wipes what was read, when nothing comes of it.
    void wipe() {
        totp.values().forEach(TotpSecret::close);
        devices.forEach(device -> device.value().presharedKey().ifPresent(SecretKey::close));
    }
}
