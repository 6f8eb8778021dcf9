package dev.sekisho.control.device;

import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.store.Filter;
import dev.sekisho.control.store.Keyset;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Searched;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Devices in the database. Thread-safe.
public final class JdbcDeviceStore implements DeviceStore {
    private static final String FROM =
            " FROM device d JOIN app_user u ON u.id = d.user_id" + " LEFT JOIN device_lock l ON l.device_id = d.id";

    private static final String SELECT = "SELECT d.id, d.user_id, u.name AS user_name, u.disabled, d.name, d.name_key,"
            + " d.public_key, d.preshared_key, d.state, d.own, d.expires_at, d.created_at, d.version, "
            + JdbcLocks.COLUMNS + FROM;

    private static final String NAMES = "SELECT d.id, d.name, u.name AS user_name" + FROM;

    /// Parameters of one statement.
    private static final int CHUNK = 500;

    private record Address(String device, Cidr address) {}

    private static Keyset keyset(Order order) {
        return switch (order.by()) {
            case NAME -> new Keyset("d.name_key", order.descending(), "d.id");
            case USER -> new Keyset("u.name_key", order.descending(), "d.id");
            // Identities are in the order of making.
            case CREATED -> new Keyset("d.id", order.descending(), "");
        };
    }

    private static String cursor(Order order, Device device) {
        String value = switch (order.by()) {
            case NAME -> NameKey.of(device.name());
            case USER -> NameKey.of(device.owner().name());
            case CREATED -> device.id();
        };
        return keyset(order).cursor(value, device.id());
    }

    private static Filter filter(Sql sql, Query query) {
        Filter filter = new Filter();
        query.text().map(text -> JdbcDeviceText.in(sql, NameKey.of(text))).ifPresent(filter::and);
        filter.and("d.user_id = ?", query.userId());
        query.state().ifPresent(state -> state(filter, state, query.now()));
        return filter;
    }

    @Override
    public Page<Device> page(Transaction transaction, Query query, Page.Request request) {
        Sql sql = Sql.of(transaction);
        Filter filter = filter(sql, query);
        long total = count(sql, query, filter);
        Keyset keyset = keyset(query.order());
        keyset.begin(filter, "", request.after());
        List<Device> read =
                list(sql, filter.where() + keyset.orderBy("") + " LIMIT ?", filter.parameters(request.limit() + 1));
        return request.page(read, total, device -> cursor(query.order(), device));
    }

    /// The user adds no row and loses none, nor does the lock, which some states ask for.
    private static long count(Sql sql, Query query, Filter filter) {
        String locks = query.state().isPresent() ? " LEFT JOIN device_lock l ON l.device_id = d.id" : "";
        return sql.number("SELECT COUNT(*) AS n FROM device d" + locks + filter.where(), filter.parameters());
    }

    @Override
    public long count(Transaction transaction, Query query) {
        Sql sql = Sql.of(transaction);
        return count(sql, query, filter(sql, query));
    }

    @Override
    public List<Named> names(Transaction transaction, Query query) {
        Sql sql = Sql.of(transaction);
        Filter filter = filter(sql, query);
        return sql.list(JdbcDeviceStore::name, NAMES + filter.where(), filter.parameters());
    }

    @Override
    public List<Named> named(Transaction transaction, Query query, Collection<DeviceId> names) {
        Set<DeviceId> wanted = Set.copyOf(names);
        List<String> owners = wanted.stream()
                .map(name -> NameKey.of(
                        name.name().substring(0, Math.max(0, name.name().lastIndexOf('/')))))
                .distinct()
                .toList();
        Sql sql = Sql.of(transaction);
        List<Named> found = new ArrayList<>();
        for (int from = 0; from < owners.size(); from += CHUNK) {
            Filter filter = filter(sql, query)
                    .and(Searched.oneOf("u.name_key", owners.subList(from, Math.min(owners.size(), from + CHUNK))));
            sql.list(JdbcDeviceStore::name, NAMES + filter.where(), filter.parameters()).stream()
                    .filter(named -> wanted.contains(named.name()))
                    .forEach(found::add);
        }
        return found;
    }

    @Override
    public List<Named> next(Transaction transaction, Query query, Stretch stretch) {
        Sql sql = Sql.of(transaction);
        Filter filter = filter(sql, query).and(stretch.descending() ? "d.id < ?" : "d.id > ?", stretch.after());
        return sql.list(
                JdbcDeviceStore::name,
                NAMES + filter.where() + " ORDER BY d.id" + (stretch.descending() ? " DESC" : "") + " LIMIT ?",
                filter.parameters(stretch.most()));
    }

    private static Named name(Row row) throws SQLException {
        return new Named(row.text("id"), new DeviceId(row.text("user_name") + "/" + row.text("name")));
    }

    private static void state(Filter filter, String state, Instant now) {
        switch (state) {
            case "locked" -> filter.and("l.device_id IS NOT NULL");
            case "expired" -> filter.and("l.device_id IS NULL AND d.expires_at <= ?", now);
            default ->
                filter.and(
                        "l.device_id IS NULL AND (d.expires_at IS NULL OR d.expires_at > ?) AND d.state = ?",
                        now,
                        state.toUpperCase(Locale.ROOT));
        }
    }

    @Override
    public List<Device> all(Transaction transaction) {
        return list(Sql.of(transaction), " ORDER BY d.name_key, d.id");
    }

    @Override
    public List<Device> some(Transaction transaction, Collection<String> ids) {
        List<Device> found = new ArrayList<>();
        List<String> wanted = List.copyOf(ids);
        for (int from = 0; from < wanted.size(); from += CHUNK) {
            List<String> part = wanted.subList(from, Math.min(wanted.size(), from + CHUNK));
            found.addAll(list(Sql.of(transaction), " WHERE d.id IN " + Sql.marks(part), part.toArray()));
        }
        return found;
    }

    @Override
    public Optional<Device> find(Transaction transaction, String id) {
        return list(Sql.of(transaction), " WHERE d.id = ?", id).stream().findFirst();
    }

    @Override
    public Optional<Device> named(Transaction transaction, DeviceId name) {
        int slash = name.name().lastIndexOf('/');
        return slash < 0
                ? Optional.empty()
                : list(
                                Sql.of(transaction),
                                " WHERE u.name_key = ? AND d.name_key = ?",
                                NameKey.of(name.name().substring(0, slash)),
                                NameKey.of(name.name().substring(slash + 1)))
                        .stream()
                        .findFirst();
    }

    @Override
    public List<Device> ofUser(Transaction transaction, String userId) {
        return list(Sql.of(transaction), " WHERE d.user_id = ? ORDER BY d.name_key", userId);
    }

    private static List<Device> list(Sql sql, String rest, @Nullable Object... parameters) {
        List<Device> bare = sql.list(row -> device(row), SELECT + rest, parameters);
        if (bare.isEmpty()) {
            return bare;
        }
        Map<String, List<Cidr>> addresses = new HashMap<>();
        for (Address address : addresses(sql, bare)) {
            addresses.computeIfAbsent(address.device(), _ -> new ArrayList<>()).add(address.address());
        }
        return bare.stream()
                .map(device -> with(device, addresses.getOrDefault(device.id(), List.of())))
                .toList();
    }

    /// Of a page one by one, of more than that all there are.
    private static List<Address> addresses(Sql sql, List<Device> devices) {
        String select = "SELECT device_id, address FROM device_address";
        String order = " ORDER BY device_id, place";
        return devices.size() <= Page.Request.MAX_LIMIT + 1
                ? sql.listOf(
                        JdbcDeviceStore::address,
                        select + " WHERE device_id IN (:keys)" + order,
                        devices.stream().map(Device::id).toList())
                : sql.list(JdbcDeviceStore::address, select + order);
    }

    private static Address address(Row row) throws SQLException {
        return new Address(row.text("device_id"), Cidr.parse(row.text("address")));
    }

    private static Device with(Device device, List<Cidr> addresses) {
        return new Device(
                device.id(),
                device.owner(),
                device.name(),
                device.key(),
                addresses,
                device.state(),
                device.own(),
                device.lock(),
                device.expiresAt(),
                device.createdAt(),
                device.version());
    }

    private static Device device(Row row) throws SQLException {
        return new Device(
                row.text("id"),
                new Device.Owner(row.text("user_id"), row.text("user_name"), !row.flag("disabled")),
                row.text("name"),
                new Device.Key(
                        PublicKey.parse(row.text("public_key")),
                        Optional.ofNullable(row.optionalBytes("preshared_key"))),
                List.of(),
                Device.State.valueOf(row.text("state")),
                row.flag("own"),
                row.optionalText("reason").isEmpty() ? Optional.empty() : Optional.of(JdbcLocks.lock(row)),
                row.optionalMoment("expires_at"),
                row.moment("created_at"),
                row.number("version"));
    }

    @Override
    public Set<Cidr> addresses(Transaction transaction) {
        return new HashSet<>(
                Sql.of(transaction).list(row -> Cidr.parse(row.text("address")), "SELECT address FROM device_address"));
    }

    @Override
    public void insert(Transaction transaction, Device device) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO device (id, user_id, name, name_key, public_key, preshared_key, state, own,"
                                + " expires_at, created_at, version)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        device.id(),
                        device.owner().id(),
                        device.name(),
                        NameKey.of(device.name()),
                        device.key().publicKey().toString(),
                        device.key().presharedKey(),
                        device.state(),
                        device.own(),
                        device.expiresAt(),
                        device.createdAt(),
                        device.version());
        addresses(transaction, device);
        JdbcLocks.insert(transaction, device);
    }

    @Override
    public boolean update(Transaction transaction, Device device) {
        Sql sql = Sql.of(transaction);
        int changed = sql.update(
                "UPDATE device SET name = ?, name_key = ?, public_key = ?, preshared_key = ?, state = ?,"
                        + " expires_at = ?, version = ? WHERE id = ? AND version = ?",
                device.name(),
                NameKey.of(device.name()),
                device.key().publicKey().toString(),
                device.key().presharedKey(),
                device.state(),
                device.expiresAt(),
                device.version(),
                device.id(),
                device.version() - 1);
        if (changed == 0) {
            return false;
        }
        sql.update("DELETE FROM device_address WHERE device_id = ?", device.id());
        sql.update("DELETE FROM device_lock WHERE device_id = ?", device.id());
        addresses(transaction, device);
        JdbcLocks.insert(transaction, device);
        return true;
    }

    private static void addresses(Transaction transaction, Device device) {
        for (int place = 0; place < device.addresses().size(); place++) {
            Sql.of(transaction)
                    .update(
                            "INSERT INTO device_address (address, device_id, place) VALUES (?, ?, ?)",
                            device.addresses().get(place).toString(),
                            device.id(),
                            place);
        }
    }

    @Override
    public void insertPastLock(Transaction transaction, String id, Device.PastLock past) {
        JdbcLocks.insertPast(transaction, id, past);
    }

    @Override
    public List<Device.PastLock> pastLocks(Transaction transaction, String id) {
        return JdbcLocks.past(transaction, id);
    }

    @Override
    public boolean delete(Transaction transaction, String id) {
        return Sql.of(transaction).update("DELETE FROM device WHERE id = ?", id) > 0;
    }
}
