package dev.sekisho.control.request;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.people.People;
import dev.sekisho.control.people.Person;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.Resources;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Permission;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/// Tells people whose device was denied something that they may request it, on their open pages (topic
/// `access.denied`). Nobody hears of a resource that they may not request, or of a decoy. Thread-safe; [#denied] never
/// waits. Those who have no page open find it in [RecentOffers].
///
/// One target is looked up once a minute per user, and one resource offered once in [#SILENCE]; a user has
/// [#MAX_LOOK_UPS] look-ups a minute, whatever their devices try.
public final class Offers {
    /// The topic of the event that tells it.
    public static final String TOPIC = "access.denied";

    /// How long a resource that was offered to somebody is not offered to them again.
    public static final Duration SILENCE = Duration.ofMinutes(10);

    /// Targets of one user that are looked up in a minute.
    public static final int MAX_LOOK_UPS = 30;

    private static final System.Logger LOG = System.getLogger(Offers.class.getName());
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MAX_REMEMBERED = 8_192;
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;

    private final UnitOfWork work;
    private final Facts facts;
    private final EventStream events;
    private final Executor thread;
    private final InstantSource clock;

    // Guarded by this object's monitor: until when something is not done again.
    private final Map<String, Instant> lookedUp = remembered();
    private final Map<String, Instant> offered = remembered();
    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private Instant countedUntil = Instant.MIN;

    /// What offers are about.
    public record Facts(People people, Resources resources, RequestStore requests) {}

    /// What was tried in vain.
    ///
    /// @param port 0 for a ping
    /// @param protocol IP protocol number
    /// @param shown as people read it, `10.0.1.5:443`
    public record Target(long high, long low, int port, int protocol, String shown) {}

    /// What may be requested.
    ///
    /// @param id of the resource
    /// @param destination that was denied
    public record Offer(String id, String resource, String destination, Instant at) {}

    /// @param thread looks things up in the database; may drop what it is given
    public Offers(UnitOfWork work, Facts facts, EventStream events, Executor thread, InstantSource clock) {
        this.work = work;
        this.facts = facts;
        this.events = events;
        this.thread = thread;
        this.clock = clock;
    }

    private static Map<String, Instant> remembered() {
        return new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
                return size() > MAX_REMEMBERED;
            }
        };
    }

    /// A device was denied something that no grant opens now.
    ///
    /// @param user whose device it is, by name
    public void denied(String user, Target target) {
        Instant now = clock.instant();
        if (mayLookUp(user, target, now)) {
            thread.execute(() -> safely(user, target, now));
        }
    }

    private synchronized boolean mayLookUp(String user, Target target, Instant now) {
        String key = user + " " + target.shown() + " " + target.protocol();
        if (now.isBefore(lookedUp.getOrDefault(key, Instant.MIN))) {
            return false;
        }
        if (!now.isBefore(countedUntil)) {
            counts.clear();
            countedUntil = now.plus(MINUTE);
        }
        if (counts.merge(user, 1, Integer::sum) > MAX_LOOK_UPS) {
            return false;
        }
        lookedUp.put(key, now.plus(MINUTE));
        return true;
    }

    private void safely(String user, Target target, Instant now) {
        try {
            offer(user, target, now);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "nobody was told that a denied target may be requested: {0}", e.getMessage());
        }
    }

    private void offer(String user, Target target, Instant now) {
        record Found(Person person, Resource resource) {}
        Optional<Found> found = work.read(transaction -> facts.people()
                .user(transaction, user)
                .filter(Person::active)
                .filter(person -> mayRequest(transaction, person))
                .flatMap(person ->
                        requestable(transaction, person, target, now).map(resource -> new Found(person, resource))));
        found.filter(one -> mayOffer(one.person(), one.resource(), now))
                .ifPresent(one -> events.publish(
                        TOPIC,
                        EventStream.Audience.user(one.person().id()),
                        new Offer(one.resource().id(), one.resource().name(), target.shown(), now)));
    }

    private boolean mayRequest(Transaction transaction, Person person) {
        return facts.people().some(transaction, List.of(person.name())).users().stream()
                .anyMatch(user -> user.permissions().contains(Permission.REQUEST));
    }

    private synchronized boolean mayOffer(Person person, Resource resource, Instant now) {
        String key = person.id() + " " + resource.id();
        if (now.isBefore(offered.getOrDefault(key, Instant.MIN))) {
            return false;
        }
        offered.put(key, now.plus(SILENCE));
        return true;
    }

    /// Of those that members of their roles may request, the narrowest one that opens the target, unless a request for
    /// it is open already.
    private Optional<Resource> requestable(Transaction transaction, Person person, Target target, Instant now) {
        Set<String> roles = facts.people().rolesOf(transaction, person.id());
        return facts.resources().some(transaction, List.of(), roles).stream()
                .filter(resource -> !resource.target().decoy())
                .filter(resource -> opens(resource.target(), target))
                .max(Comparator.comparingInt(resource -> width(resource.target().cidr())))
                .filter(resource -> facts.requests().open(transaction, person.id(), resource.id(), now) == 0);
    }

    private static int width(Cidr block) {
        return block.prefixLength();
    }

    private static boolean opens(Resource.Target resource, Target target) {
        if (!resource.cidr().contains(target.high(), target.low())) {
            return false;
        }
        return switch (target.protocol()) {
            case TCP -> resource.protocol().includesTcp() && resource.ports().contains(target.port());
            case UDP -> resource.protocol().includesUdp() && resource.ports().contains(target.port());
            case ICMP, ICMPV6 -> resource.ports().containsPing();
            default -> false;
        };
    }
}
