package dev.sekisho.control.request;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.Grants;
import dev.sekisho.control.grant.ReachQuery;
import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.control.web.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What was offered to whom of late ([Offers]), for those who had no page open then. It hears the events of all nodes,
/// remembers them in memory, and forgets what is older than [#LIFE]. Thread-safe.
///
/// An event is a hint: whether something is still to be offered, and its name, are read from the database each time.
/// What was requested since, is open or forbidden by now, or can't be requested any more is forgotten.
public final class RecentOffers implements EventStream.Witness {
    /// How long an offer is remembered.
    public static final Duration LIFE = Duration.ofMinutes(15);

    /// Offers that are remembered of one user: the newest ones.
    public static final int MAX_EACH = 10;

    /// Users of whom offers are remembered: those to whom something was offered last.
    public static final int MAX_USERS = 1_000;

    /// Of an identity or a destination; ours are shorter.
    private static final int MAX_TEXT_CHARS = 64;

    private final UnitOfWork work;
    private final Offers.Facts facts;
    private final Grants grants;
    private final InstantSource clock;

    // Guarded by this object's monitor: by user and resource, least recently offered first.
    private final SequencedMap<String, SequencedMap<String, Heard>> byUser = new LinkedHashMap<>();

    private record Heard(Offers.Offer offer, Instant until) {
        boolean isOver(Instant now) {
            return !now.isBefore(until);
        }
    }

    public RecentOffers(UnitOfWork work, Offers.Facts facts, Grants grants, InstantSource clock) {
        this.work = work;
        this.facts = facts;
        this.grants = grants;
        this.clock = clock;
    }

    @Override
    public void delivered(String topic, EventStream.Audience audience, String data) {
        if (!topic.equals(Offers.TOPIC) || !(audience instanceof EventStream.Audience.User user)) {
            return;
        }
        Offers.Offer offer = Json.read(data.getBytes(StandardCharsets.UTF_8), Offers.Offer.class);
        // Its name is read anew, and so need not be kept.
        Offers.Offer kept = new Offers.Offer(offer.id(), "", offer.destination(), offer.at());
        if (isShort(user.userId()) && isShort(kept.id()) && isShort(kept.destination())) {
            remember(user.userId(), kept);
        }
    }

    private static boolean isShort(String text) {
        return text.length() <= MAX_TEXT_CHARS;
    }

    private synchronized void remember(String userId, Offers.Offer offer) {
        Instant now = clock.instant();
        SequencedMap<String, Heard> theirs =
                Optional.ofNullable(byUser.remove(userId)).orElseGet(LinkedHashMap::new);
        Heard before = theirs.remove(offer.id());
        // Those of two nodes may come in another order than they were made.
        boolean newer = before == null || !before.offer().at().isAfter(offer.at());
        theirs.putLast(offer.id(), newer ? new Heard(offer, now.plus(LIFE)) : before);
        if (theirs.size() > MAX_EACH) {
            theirs.pollFirstEntry();
        }
        byUser.putLast(userId, theirs);
        if (byUser.size() > MAX_USERS) {
            byUser.pollFirstEntry();
        }
        byUser.values().removeIf(some -> some.lastEntry().getValue().isOver(now));
    }

    /// What a user may still request of what was offered to them, newest first.
    public List<Offers.Offer> of(String userId) {
        List<Offers.Offer> remembered = remembered(userId);
        if (remembered.isEmpty()) {
            return List.of();
        }
        Map<String, Resource> open = work.read(transaction -> open(transaction, userId, remembered));
        List<Offers.Offer> answer = new ArrayList<>();
        for (Offers.Offer offer : remembered) {
            Optional.ofNullable(open.get(offer.id()))
                    .ifPresentOrElse(
                            resource -> answer.add(
                                    new Offers.Offer(offer.id(), resource.name(), offer.destination(), offer.at())),
                            () -> forget(userId, offer));
        }
        return answer;
    }

    private synchronized List<Offers.Offer> remembered(String userId) {
        Instant now = clock.instant();
        return Optional.ofNullable(byUser.get(userId)).stream()
                .flatMap(theirs -> theirs.reversed().values().stream())
                .filter(heard -> !heard.isOver(now))
                .map(Heard::offer)
                .toList();
    }

    private synchronized void forget(String userId, Offers.Offer offer) {
        SequencedMap<String, Heard> theirs = byUser.get(userId);
        if (theirs != null) {
            theirs.values().removeIf(heard -> heard.offer().equals(offer));
            if (theirs.isEmpty()) {
                byUser.remove(userId);
            }
        }
    }

    /// The resources of some offers that may be requested still, by identity.
    private Map<String, Resource> open(Transaction transaction, String userId, List<Offers.Offer> offers) {
        Instant now = clock.instant();
        Set<String> roles = facts.people().rolesOf(transaction, userId);
        Map<String, Instant> offered = offers.stream().collect(Collectors.toMap(Offers.Offer::id, Offers.Offer::at));
        Set<String> requested = facts.requests().requested(transaction, userId, offered, now);
        Set<String> wanted =
                offered.keySet().stream().filter(id -> !requested.contains(id)).collect(Collectors.toSet());
        ReachQuery query = ReachQuery.of(userId, roles, now, ReachQuery.Wanted.ALL);
        Set<String> decided = grants.of(transaction, query, wanted).stream()
                .filter(grant -> grant.rule().validity().holds(now.getEpochSecond()))
                .map(AccessGrant::resourceId)
                .collect(Collectors.toSet());
        return facts.resources().some(transaction, wanted).stream()
                .filter(resource -> !decided.contains(resource.id()))
                .filter(resource -> !resource.target().decoy())
                .filter(resource -> resource.terms().requesters().stream()
                        .map(NamedRole::id)
                        .anyMatch(roles::contains))
                .collect(Collectors.toMap(Resource::id, Function.identity()));
    }
}
