package dev.sekisho.control.enforce;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.device.DeviceApi;
import dev.sekisho.control.device.DeviceLetters;
import dev.sekisho.control.device.DeviceLinkApi;
import dev.sekisho.control.device.DeviceLinks;
import dev.sekisho.control.device.DeviceMail;
import dev.sekisho.control.device.DeviceStates;
import dev.sekisho.control.device.DeviceStore;
import dev.sekisho.control.device.Devices;
import dev.sekisho.control.device.JdbcDeviceLinkStore;
import dev.sekisho.control.device.JdbcDeviceStore;
import dev.sekisho.control.device.LiveDevices;
import dev.sekisho.control.explain.OverlapApi;
import dev.sekisho.control.explain.ReachApi;
import dev.sekisho.control.grant.GrantApi;
import dev.sekisho.control.grant.GrantStore;
import dev.sekisho.control.grant.Grants;
import dev.sekisho.control.grant.JdbcGrantStore;
import dev.sekisho.control.people.JdbcPeople;
import dev.sekisho.control.people.People;
import dev.sekisho.control.place.Places;
import dev.sekisho.control.request.JdbcRequestStore;
import dev.sekisho.control.request.RequestApi;
import dev.sekisho.control.request.RequestStore;
import dev.sekisho.control.request.Requests;
import dev.sekisho.control.resource.JdbcResourceStore;
import dev.sekisho.control.resource.ResourceApi;
import dev.sekisho.control.resource.ResourceStore;
import dev.sekisho.control.resource.Resources;
import dev.sekisho.control.resource.transfer.ResourceExports;
import dev.sekisho.control.resource.transfer.ResourceImports;
import dev.sekisho.control.resource.transfer.TransferApi;
import dev.sekisho.control.settings.JdbcSettingsStore;
import dev.sekisho.control.settings.KeySafe;
import dev.sekisho.control.settings.Settings;
import dev.sekisho.control.settings.SettingsApi;
import dev.sekisho.control.settings.SettingsStore;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.web.Authenticator;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.WebServer;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Permission;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The network module on a database of its own, with a clock that stands still. A bearer token is a user's name and
/// permissions: `alice|VIEW NETWORK,REQUEST`.
public final class NetworkKit implements AutoCloseable {
    public volatile Instant now = Instant.parse("2026-01-05T10:00:00Z");
    public final InstantSource clock = () -> now;

    /// Whether nothing that is sealed can be opened.
    public volatile boolean shut;

    public final Database database;
    public final UnitOfWork work;
    public final KeySafe safe = new Reversed();
    public final People people = new JdbcPeople();
    public final SettingsStore settingsStore = new JdbcSettingsStore();
    public final ResourceStore resourceStore = new JdbcResourceStore();
    public final GrantStore grantStore = new JdbcGrantStore();
    public final DeviceStore deviceStore = new JdbcDeviceStore();
    public final RequestStore requestStore = new JdbcRequestStore();
    public final Settings settings;
    public final Resources resources;
    public final Grants grants;
    public final Devices devices;
    public final DeviceStates states;
    public final DeviceLinks links;
    public final Requests requests;
    public final List<DeviceMail.Letter> mails = new CopyOnWriteArrayList<>();
    public final Set<Integer> busyPorts = new CopyOnWriteArraySet<>();
    public volatile LiveDevices live = new NoDevices();
    public volatile Places places = Places.none();

    private final List<AutoCloseable> open = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private String base = "";

    /// Seals by turning bytes around, which shows when something was not sealed or opened.
    private final class Reversed implements KeySafe {
        private static byte mark(Use use) {
            return switch (use) {
                case SERVER_KEY -> 's';
                case PRESHARED_KEY -> 'p';
                case DEVICE_CONFIG -> 'c';
            };
        }

        @Override
        public byte[] seal(Use use, String row, byte[] plain) {
            byte[] sealed = new byte[plain.length + 1];
            sealed[0] = mark(use);
            for (int i = 0; i < plain.length; i++) {
                sealed[sealed.length - 1 - i] = plain[i];
            }
            return sealed;
        }

        @Override
        public byte[] open(Use use, String row, byte[] sealed) {
            if (shut || sealed[0] != mark(use)) {
                throw new IllegalStateException("sealed for something else");
            }
            byte[] plain = new byte[sealed.length - 1];
            for (int i = 0; i < plain.length; i++) {
                plain[i] = sealed[sealed.length - 1 - i];
            }
            return plain;
        }
    }

    private static final class NoDevices implements LiveDevices {
        @Override
        public Map<DeviceId, Live> live() {
            return Map.of();
        }

        @Override
        public boolean disconnect(DeviceId device) {
            return false;
        }
    }

    public NetworkKit(TestDatabase on) {
        open.add(on);
        database = on.open();
        open.add(database);
        work = new UnitOfWork(database, new JdbcAuditLog(clock));
        settings = new Settings(work, settingsStore, people, safe);
        resources = new Resources(work, resourceStore, people, clock);
        grants = new Grants(work, grantStore, resources, people, clock);
        devices = new Devices(work, deviceStore, settings, people, safe, clock);
        states = new DeviceStates(work, deviceStore, devices, settings, clock);
        links = new DeviceLinks(work, new JdbcDeviceLinkStore(), devices, safe, clock);
        requests = new Requests(work, requestStore, new Requests.Access(resources, grants, people), clock);
        role("default_wireguard_user");
        settings.setUp();
    }

    public PolicySource source() {
        return new PolicySource(work, settings, people, resources, grants, devices, safe, new JdbcPolicyVersion());
    }

    /// Gives a role a permission.
    public void allow(String role, Permission permission) {
        work.housekeeping(transaction -> Sql.of(transaction)
                .update(
                        "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)",
                        "id-" + role,
                        permission.label()));
    }

    /// Makes a role; its identity is `id-NAME`.
    public void role(String name, String... parents) {
        work.housekeeping(transaction -> {
            Sql sql = Sql.of(transaction);
            sql.update(
                    "INSERT INTO role (id, name, name_key, description, built_in, version) VALUES (?, ?, ?, '', 0, 1)",
                    "id-" + name,
                    name,
                    name);
            for (String parent : parents) {
                sql.update("INSERT INTO role_parent (role_id, parent_id) VALUES (?, ?)", "id-" + name, "id-" + parent);
            }
            return 0;
        });
    }

    /// Makes a user; their identity is `id-NAME`.
    public void user(String name, String... roles) {
        work.housekeeping(transaction -> {
            Sql sql = Sql.of(transaction);
            sql.update(
                    "INSERT INTO app_user (id, name, name_key, search_key, display_name, email, directory, disabled,"
                            + " service, created_at, version) VALUES (?, ?, ?, ?, '', ?, 'internal', 0, 0, 0, 1)",
                    "id-" + name,
                    name,
                    name,
                    name,
                    name + "@example.com");
            for (String role : roles) {
                sql.update("INSERT INTO role_member (role_id, user_id) VALUES (?, ?)", "id-" + role, "id-" + name);
            }
            return 0;
        });
    }

    public void sql(String statement, Object... parameters) {
        work.housekeeping(transaction -> Sql.of(transaction).update(statement, parameters));
    }

    /// What was recorded, as `ACTOR ACTION TARGET`.
    public List<String> audit() {
        return work.read(transaction -> Sql.of(transaction)
                .list(
                        row -> row.text("actor") + " " + row.text("action") + " " + row.text("target"),
                        "SELECT actor, action, target FROM audit_record ORDER BY seq"));
    }

    /// The details of what was recorded, as JSON.
    public List<String> details() {
        return work.read(transaction ->
                Sql.of(transaction).list(row -> row.text("details"), "SELECT details FROM audit_record ORDER BY seq"));
    }

    public Actor actor(String name) {
        return new Actor(name, Optional.of("id-" + name), Actor.Via.SESSION, "");
    }

    /// Starts the API on loopback.
    public NetworkKit serve(List<Route> more) {
        DeviceLetters letters = new DeviceLetters(settings, Optional.of(mails::add));
        LiveDevices current = new LiveDevices() {
            @Override
            public Map<DeviceId, Live> live() {
                return live.live();
            }

            @Override
            public boolean disconnect(DeviceId device) {
                return live.disconnect(device);
            }
        };
        List<Route> routes = Stream.of(
                        new SettingsApi(settings, port -> !busyPorts.contains(port)).routes(),
                        new OverlapApi(work, resources, grants, clock).routes(),
                        new TransferApi(
                                        new ResourceImports(work, resourceStore, people, clock),
                                        new ResourceExports(resources))
                                .routes(),
                        new ResourceApi(resources).routes(),
                        new GrantApi(grants, clock).routes(),
                        new DeviceApi(new DeviceApi.Parts(devices, states, letters, current, places), clock).routes(),
                        new DeviceLinkApi(links, devices, letters, "https://gate.example", clock).routes(),
                        new RequestApi(requests, clock).routes(),
                        new ReachApi(work, resources, grants, people, clock).routes(),
                        more)
                .flatMap(List::stream)
                .toList();
        WebServer server = WebServer.start(routes, List.of(NetworkKit::authenticate), clock, config -> {
            config.jetty.host = "127.0.0.1";
            config.jetty.port = 0;
        });
        open.add(server);
        base = "http://127.0.0.1:" + server.port() + Route.BASE;
        return this;
    }

    private static Optional<Authenticator.Authenticated> authenticate(Authenticator.Credentials credentials) {
        return credentials.bearer().map(token -> {
            String[] parts = token.split("\\|", 2);
            Set<Permission> permissions = Arrays.stream(parts.length < 2 ? new String[0] : parts[1].split(","))
                    .flatMap(label -> Permission.of(label).stream())
                    .collect(Collectors.toSet());
            return new Authenticator.Authenticated(
                    new Principal(
                            Optional.of("id-" + parts[0]),
                            parts[0],
                            Actor.Via.TOKEN,
                            "token",
                            permissions,
                            true,
                            Optional.empty(),
                            credentials.source()),
                    Optional.empty());
        });
    }

    /// An answer of the API.
    public record Reply(int status, String text, Optional<String> etag) {
        public JsonObject json() {
            return JsonParser.parseString(text).getAsJsonObject();
        }

        public String string(String field) {
            return json().get(field).getAsString();
        }

        public String detail() {
            return string("detail");
        }
    }

    public Reply get(String as, String path) {
        return send(as, "GET", path, Optional.empty(), Map.of());
    }

    public Reply post(String as, String path, String body) {
        return send(as, "POST", path, Optional.of(body), Map.of());
    }

    public Reply send(String as, String method, String path, Optional<String> body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .header("Authorization", "Bearer " + as)
                .method(
                        method,
                        body.map(HttpRequest.BodyPublishers::ofString).orElseGet(HttpRequest.BodyPublishers::noBody));
        body.ifPresent(_ -> request.header("Content-Type", "application/json"));
        headers.forEach(request::setHeader);
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(
                    response.statusCode(), response.body(), response.headers().firstValue("ETag"));
        } catch (IOException e) {
            throw new IllegalStateException("the API does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        http.close();
        for (AutoCloseable one : open.reversed()) {
            try {
                one.close();
            } catch (Exception e) {
                throw new IOException("a part of the kit can't be closed", e);
            }
        }
    }
}
