package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.store.Transaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The pages of `/me/resources` against a plain list of the same resources and grants, for somebody with much, with
/// little and with nothing, whatever the database.
@Tag("C03")
@Timeout(120)
abstract class ReachContract {
    private static final int RESOURCES = 1_400;
    private static final int GRANTS = 2_500;
    private static final List<String> ROLES = List.of("staff", "dba", "guest", "odd");

    /// Roles that somebody has, through others too.
    private static final Map<String, Set<String>> PEOPLE =
            Map.of("much", Set.of("dba", "staff"), "little", Set.of("odd"), "nothing", Set.of());

    private final NetworkKit kit = new NetworkKit(newDatabase());
    private final SplittableRandom random = new SplittableRandom(7);
    private final List<Thing> things = new ArrayList<>();
    private final List<Given> given = new ArrayList<>();

    private record Thing(String id, String name, boolean decoy, Set<String> requesters) {}

    private record Given(
            Thing thing,
            @Nullable String user,
            @Nullable String role,
            boolean deny,
            @Nullable Long from,
            @Nullable Long until,
            boolean weekly) {
        boolean isTo(String who) {
            return who.equals(user) || (role != null && rolesOf(who).contains(role));
        }
    }

    abstract TestDatabase newDatabase();

    private static Set<String> rolesOf(String who) {
        return PEOPLE.getOrDefault(who, Set.of());
    }

    @BeforeEach
    void fill() {
        kit.role("staff");
        kit.role("dba", "staff");
        kit.role("guest");
        kit.role("odd");
        kit.user("much", "dba");
        kit.user("little", "odd");
        kit.user("nothing");
        kit.work.housekeeping(this::fill);
        kit.serve(List.of());
    }

    @AfterEach
    void close() throws Exception {
        kit.close();
    }

    private int fill(Transaction transaction) {
        Sql sql = Sql.of(transaction);
        for (int i = 0; i < RESOURCES; i++) {
            String name = (i % 5 == 0 ? "Res-" : "res-") + random.nextInt(10_000) + "-" + i;
            Thing thing = new Thing(
                    "id-" + i, name, i % 40 == 3, i % 7 == 0 ? Set.of(ROLES.get(random.nextInt(4))) : Set.of());
            things.add(thing);
            insert(sql, thing, i);
        }
        long now = kit.now.toEpochMilli();
        for (int i = 0; i < GRANTS; i++) {
            int kind = random.nextInt(20);
            Given one = new Given(
                    things.get(random.nextInt(RESOURCES)),
                    kind == 0 ? List.of("much", "little").get(random.nextInt(2)) : null,
                    kind == 0 ? null : kind == 1 ? "odd" : ROLES.get(random.nextInt(3)),
                    random.nextInt(10) == 0,
                    random.nextInt(6) == 0 ? now + 1000L * random.nextInt(-5, 6) : null,
                    random.nextInt(4) == 0 ? now + (random.nextBoolean() ? 7000 : -7000) : null,
                    random.nextInt(6) == 0);
            if (one.from() == null || one.until() == null || one.from() < one.until()) {
                given.add(one);
                insert(sql, one, i);
            }
        }
        return 0;
    }

    private static void insert(Sql sql, Thing thing, int number) {
        String key = thing.name().toLowerCase(Locale.ROOT);
        sql.update(
                "INSERT INTO resource (id, name, name_key, search_key, cidr, ports, protocol, decoy, description,"
                        + " approvals, max_duration_seconds, ticket_pattern, created_at, version)"
                        + " VALUES (?, ?, ?, ?, '10.0.0.1/32', '443', 'tcp', ?, ?, 1, 3600, '', 0, 1)",
                thing.id(),
                thing.name(),
                key,
                key + " number " + number,
                thing.decoy(),
                "number " + number);
        thing.requesters()
                .forEach(role -> sql.update(
                        "INSERT INTO resource_requester (resource_id, role_id) VALUES (?, ?)",
                        thing.id(),
                        "id-" + role));
    }

    private static void insert(Sql sql, Given one, int number) {
        sql.update(
                "INSERT INTO access_grant (id, resource_id, user_id, role_id, network, deny, mfa, from_at, until_at,"
                        + " weekly, comment, created_at, created_by, version)"
                        + " VALUES (?, ?, ?, ?, NULL, ?, 0, ?, ?, ?, '', 0, 'admin', 1)",
                "grant-" + number,
                one.thing().id(),
                one.user() == null ? null : "id-" + one.user(),
                one.role() == null ? null : "id-" + one.role(),
                one.deny(),
                one.from(),
                one.until(),
                one.weekly() ? "Mon-Fri 08:00-18:00 Europe/Berlin" : null);
    }

    // ---- the plain list

    private List<String> plain(Predicate<Thing> wanted) {
        return things.stream()
                .filter(thing -> !thing.decoy())
                .filter(wanted)
                .map(Thing::name)
                .sorted(Comparator.comparing(name -> name.toLowerCase(Locale.ROOT)))
                .toList();
    }

    private Stream<Given> living(String who, Thing thing) {
        long now = kit.now.toEpochMilli();
        return given.stream()
                .filter(one -> one.thing().equals(thing) && one.isTo(who))
                .filter(one -> one.until() == null || one.until() > now);
    }

    private boolean granted(String who, Thing thing) {
        return living(who, thing).findAny().isPresent();
    }

    private static boolean mayRequest(String who, Thing thing) {
        return thing.requesters().stream().anyMatch(rolesOf(who)::contains);
    }

    private boolean isSettled(String who, Thing thing) {
        long now = kit.now.toEpochMilli();
        return living(who, thing).anyMatch(one -> !one.weekly() && (one.from() == null || one.from() <= now));
    }

    // ---- the pages

    private record Walked(List<JsonObject> items, Set<Long> totals) {
        List<String> names() {
            return items.stream().map(one -> one.get("name").getAsString()).toList();
        }
    }

    private Walked walk(String who, String query, int limit) {
        List<JsonObject> items = new ArrayList<>();
        Map<Long, Integer> totals = new TreeMap<>();
        Optional<String> cursor = Optional.empty();
        do {
            String place = "/me/resources?limit=" + limit + query
                    + cursor.map(text -> "&cursor=" + text).orElse("");
            NetworkKit.Reply reply = kit.get(who, place);
            assertThat(reply.status())
                    .as(who + " " + place + " " + reply.text())
                    .isEqualTo(200);
            JsonObject page = reply.json();
            JsonArray part = page.getAsJsonArray("items");
            assertThat(part.size()).isLessThanOrEqualTo(limit);
            part.asList().stream().map(JsonElement::getAsJsonObject).forEach(items::add);
            totals.merge(page.get("total").getAsLong(), 1, Integer::sum);
            cursor = Optional.ofNullable(page.get("next")).map(JsonElement::getAsString);
        } while (cursor.isPresent());
        return new Walked(items, totals.keySet());
    }

    private void compare(String who, String query, int limit, List<String> expected) {
        Walked walked = walk(who, query, limit);
        assertThat(walked.names()).as(who + query).isEqualTo(expected);
        assertThat(walked.totals()).as(who + query).containsExactly((long) expected.size());
    }

    @Test
    void thePagesTogetherAreAllThatOneMayReachOrRequest() {
        for (String who : PEOPLE.keySet()) {
            List<String> all = plain(thing -> granted(who, thing) || mayRequest(who, thing));
            compare(who, "", 500, all);
            compare(who, "", 37, all);
            compare(who, "&access=granted", 50, plain(thing -> granted(who, thing)));
            compare(who, "&access=requestable", 50, plain(thing -> mayRequest(who, thing) && !isSettled(who, thing)));
            compare(who, "&q=NUMBER%2012", 20, plain(thing -> {
                int number = things.indexOf(thing);
                return ("number " + number).startsWith("number 12") && (granted(who, thing) || mayRequest(who, thing));
            }));
        }
        assertThat(plain(thing -> granted("much", thing)))
                .as("more than are found first")
                .hasSizeGreaterThan(600);
        assertThat(plain(thing -> granted("little", thing))).hasSizeBetween(20, 400);
        assertThat(plain(thing -> mayRequest("much", thing) && !isSettled("much", thing)))
                .hasSizeGreaterThan(10);
    }

    @Test
    void aPageSaysOfEachWhatItsOwnGrantsSay() {
        Map<String, Thing> byId = new HashMap<>();
        things.forEach(thing -> byId.put(thing.id(), thing));
        for (JsonObject item : walk("much", "", 100).items()) {
            Thing thing =
                    Optional.ofNullable(byId.get(item.get("id").getAsString())).orElseThrow();
            assertThat(item.get("requestable").getAsBoolean()).isEqualTo(mayRequest("much", thing));
            String access = item.get("access").getAsString();
            assertThat(access.equals("requestable"))
                    .as(thing.name() + " is " + access)
                    .isEqualTo(living("much", thing).allMatch(one -> one.deny() && !isHolding(one))
                            || (!access.equals("forbidden")
                                    && living("much", thing).allMatch(Given::deny)));
        }
    }

    private boolean isHolding(Given one) {
        long now = kit.now.toEpochMilli();
        return (one.from() == null || one.from() <= now) && (one.until() == null || one.until() > now);
    }

    @Test
    void oneCanBeAskedForByItsIdentity() {
        Thing mine = things.stream()
                .filter(thing -> !thing.decoy() && granted("much", thing))
                .findFirst()
                .orElseThrow();
        Thing none = things.stream()
                .filter(thing -> !granted("much", thing) && !mayRequest("much", thing))
                .findFirst()
                .orElseThrow();
        compare("much", "&resource=" + mine.id(), 50, List.of(mine.name()));
        compare("much", "&resource=" + none.id(), 50, List.of());
    }

    @Test
    void whatCannotBeAskedForIsRefused() {
        for (String query : List.of("access=all", "access=GRANTED", "limit=501", "cursor=%25")) {
            assertThat(kit.get("much", "/me/resources?" + query).status())
                    .as(query)
                    .isEqualTo(400);
        }
    }
}
