package dev.sekisho.control.server;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.AuditRecord;
import dev.sekisho.control.audit.ChallengeEvent;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.challenge.Asking;
import dev.sekisho.control.challenge.Challenge;
import dev.sekisho.control.challenge.Challenges;
import dev.sekisho.control.device.Device;
import dev.sekisho.control.enforce.ChallengeSink;
import dev.sekisho.control.flows.EventJson;
import dev.sekisho.control.people.Person;
import dev.sekisho.control.socket.Enforcer;
import dev.sekisho.control.state.Attempt;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.policy.DeviceId;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// Joins the data plane's challenges to the engine of challenges: packets wait, a person answers, packets go on. What
/// comes from the data plane is handled in its order, on one thread.
final class NetworkChallenges implements ChallengeSink, Challenges.SettlementListener, UnitOfWork.CommitListener {
    private static final System.Logger LOG = System.getLogger(NetworkChallenges.class.getName());
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Challenges challenges;
    private final Function<String, Optional<Person>> people;
    private final Supplier<Optional<Enforcer>> enforcer;
    private final BiConsumer<DeviceId, String> lock;
    private final ExecutorService thread;

    /// Before the data plane's number in the key of a challenge: other nodes count, too.
    private final String key;

    /// What waits for an answer: the data plane's number, and the challenge. Owner: the thread.
    private final Map<Long, String> waiting = new HashMap<>();

    /// What is joined.
    ///
    /// @param node the identity of this node
    /// @param people finds a user by name
    /// @param enforcer the data plane, while it runs
    /// @param lock locks a device that its user reported, with the identity of the challenge
    record Ends(
            String node,
            Function<String, Optional<Person>> people,
            Supplier<Optional<Enforcer>> enforcer,
            BiConsumer<DeviceId, String> lock) {}

    /// @param thread a single one
    NetworkChallenges(Challenges challenges, Ends ends, ExecutorService thread) {
        this.challenges = challenges;
        this.key = "network:" + ends.node() + ":";
        this.people = ends.people();
        this.enforcer = ends.enforcer();
        this.lock = ends.lock();
        this.thread = thread;
    }

    @Override
    public void needed(CheckpointEvent.ChallengeNeeded challenge) {
        later(() -> ask(challenge));
    }

    private void ask(CheckpointEvent.ChallengeNeeded needed) {
        Optional<Person> person = people.apply(needed.user().name());
        if (person.isEmpty()) {
            refuse(needed.id());
            return;
        }
        String target = EventJson.endpoint(needed.addressHigh(), needed.addressLow(), needed.port());
        String protocol = EventJson.protocol(needed.protocol());
        Duration left = Duration.ofMillis(needed.deadlineEpochMillis() - needed.epochMillis());
        Challenges.Opened opened = challenges.open(new Asking(
                Challenge.Purpose.NETWORK,
                key + needed.id(),
                person.get().id(),
                person.get().name(),
                new Challenge.Subject(
                        needed.device().name(), needed.resource().name(), target, protocol, source(needed.device())),
                left.compareTo(LONGEST) > 0 ? LONGEST : left.isPositive() ? left : Duration.ofSeconds(1)));
        switch (opened) {
            case Challenges.Opened.Refused _ -> refuse(needed.id());
            case Challenges.Opened.Asked asked ->
                waiting.put(needed.id(), asked.challenge().id());
        }
    }

    /// Where the device is on the internet.
    private String source(DeviceId device) {
        return enforcer.get()
                .flatMap(plane -> plane.devices().stream()
                        .filter(view -> view.device().equals(device))
                        .findFirst())
                .flatMap(view -> view.endpoint())
                .map(endpoint -> endpoint.substring(0, Math.max(0, endpoint.lastIndexOf(':'))))
                .orElse("");
    }

    private void refuse(long id) {
        enforcer.get().ifPresent(plane -> plane.settle(id, false));
    }

    @Override
    public void ended(CheckpointEvent.ChallengeEnded ended) {
        later(() -> {
            waiting.remove(ended.id());
            challenges.withdraw(key + ended.id(), Challenge.State.EXPIRED);
        });
    }

    @Override
    public void settled(Challenge challenge, String of) {
        if (of.startsWith(key)) {
            long id = Long.parseLong(of.substring(key.length()));
            settle(id, challenge);
            later(() -> waiting.remove(id));
        }
    }

    private void settle(long id, Challenge challenge) {
        enforcer.get().ifPresent(plane -> plane.settle(id, challenge.state() == Challenge.State.APPROVED));
    }

    /// Somebody may have answered on another node.
    void settledElsewhere() {
        later(() -> {
            for (Map.Entry<Long, String> asked : Map.copyOf(waiting).entrySet()) {
                challenges
                        .find(asked.getValue())
                        .filter(challenge -> challenge.state() != Challenge.State.OPEN)
                        .ifPresent(challenge -> {
                            settle(asked.getKey(), challenge);
                            waiting.remove(asked.getKey());
                        });
            }
        });
    }

    /// "This was not me" locks the device at once.
    @Override
    public void committed(List<ControlEvent> events, List<AuditRecord> records) {
        for (ControlEvent event : events) {
            if (event instanceof ChallengeEvent.Denied denied
                    && denied.reported()
                    && !denied.device().isEmpty()) {
                later(() -> lock.accept(new DeviceId(denied.device()), denied.challenge()));
            }
        }
    }

    /// Locks a device that its user reported; what it had asked for is the evidence.
    static BiConsumer<DeviceId, String> locking(NetworkWiring network, Challenges challenges) {
        return (device, challenge) -> network.states()
                .lock(Actor.SYSTEM, device, reported(challenges.find(challenge)))
                .ifPresentOrElse(
                        locked ->
                                LOG.log(Level.WARNING, "device {0} is locked: its user reported it", locked.deviceId()),
                        () -> LOG.log(Level.WARNING, "device {0} was reported and is gone", device));
    }

    static Device.Grounds reported(Optional<Challenge> challenge) {
        String comment = challenge
                .map(asked -> asked.subject().resource())
                .filter(resource -> !resource.isEmpty())
                .map(resource -> "asked for " + resource + ", its user said: this was not me")
                .orElse("its user said: this was not me");
        return new Device.Grounds(
                LockReason.REPORTED,
                comment,
                challenge.map(asked -> asked.subject().source()).orElse(""),
                challenge
                        .filter(asked -> !asked.subject().target().isBlank())
                        .map(asked -> Attempt.of(
                                asked.subject().target().replaceAll("\\s", ""),
                                asked.openedAt().toEpochMilli()))
                        .stream()
                        .toList());
    }

    private void later(Runnable task) {
        thread.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a challenge of the network could not be handled", e);
            }
        });
    }
}
