package dev.sekisho.control.enforce;

import dev.sekisho.control.audit.AuditRecord;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.device.Device;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Brings what is committed into force, on a thread of its own. Changes that come while one is published are published
/// together. What ends a right comes first: devices and grants that are gone are cut off before the new policy is
/// compiled. A failure is tried again and meanwhile told by [#status]; what is in force stays in force.
public final class PolicyPublisher implements UnitOfWork.CommitListener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PolicyPublisher.class.getName());
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final long FIRST_RETRY_MILLIS = 500;
    private static final long LAST_RETRY_MILLIS = 30_000;
    private static final long JOIN_MILLIS = 10_000;

    /// How things stand.
    ///
    /// @param policyVersion number of the last audit record that is in force
    /// @param appliedAt when it came into force; empty = nothing did yet
    /// @param error why the newest changes are not in force
    public record Status(long policyVersion, Optional<Instant> appliedAt, Optional<String> error) {}

    private final LoadedNetwork loaded;
    private final CheckpointHost host;
    private final NewsDesk desk;
    private final InstantSource clock;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private Stale pending = Stale.EVERYTHING;
    private boolean dead;
    private final List<ControlEvent> told = new ArrayList<>();
    private boolean closed;

    /// Grants whose withdrawal failed, and so on: what a failed publication leaves to the next. Owner: the thread.
    private final Set<GrantId> ended = new HashSet<>();

    /// For when the devices in force were those that had not expired. Owner: the thread.
    private Instant applied = Instant.EPOCH;

    private volatile Status status = new Status(0, Optional.empty(), Optional.empty());

    private PolicyPublisher(PolicySource source, CheckpointHost host, News news, InstantSource clock) {
        this.loaded = new LoadedNetwork(source);
        this.host = host;
        this.desk = new NewsDesk(news);
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("policy-publisher").daemon().unstarted(this::run);
    }

    /// Starts it; what the database says comes into force at once. The host is closed by its owner, after this.
    public static PolicyPublisher start(PolicySource source, CheckpointHost host, News news, InstantSource clock) {
        PolicyPublisher publisher = new PolicyPublisher(source, host, news, clock);
        source.work().onCommit(publisher);
        host.onStopped(publisher::stopped);
        publisher.thread.start();
        return publisher;
    }

    @Override
    public void committed(List<ControlEvent> events, List<AuditRecord> records) {
        Stale stale = Stale.by(events);
        if (!stale.isNothing() || NewsDesk.isNews(events)) {
            tell(stale, events, false);
        }
    }

    /// The policy may have changed elsewhere, such as on another node: everything is read again.
    public void reread() {
        tell(Stale.EVERYTHING, List.of(), false);
    }

    private void stopped() {
        tell(Stale.EVERYTHING, List.of(), true);
    }

    private void tell(Stale stale, List<ControlEvent> events, boolean planeIsDead) {
        lock.lock();
        try {
            pending = pending.and(stale);
            told.addAll(events);
            dead |= planeIsDead;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// How things stand.
    public Status status() {
        return status;
    }

    private record Work(Stale stale, List<ControlEvent> events, boolean restart) {}

    private void run() {
        long retryMillis = FIRST_RETRY_MILLIS;
        Duration wait = Duration.ZERO;
        try {
            while (true) {
                Work work = take(wait);
                try {
                    publish(work);
                    retryMillis = FIRST_RETRY_MILLIS;
                    wait = untilNextExpiry();
                } catch (RuntimeException e) {
                    failed(e);
                    tell(Stale.EVERYTHING, work.events(), work.restart());
                    changedWithin(retryMillis);
                    retryMillis = Math.min(LAST_RETRY_MILLIS, 2 * retryMillis);
                    wait = Duration.ZERO;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end
        }
    }

    /// Waits for a change; without one, for a device to expire.
    private Work take(Duration wait) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = wait.toNanos();
            while (!closed && pending.isNothing() && told.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (closed) {
                throw new InterruptedException();
            }
            Work work = new Work(pending, List.copyOf(told), dead);
            pending = Stale.NOTHING;
            told.clear();
            dead = false;
            return work;
        } finally {
            lock.unlock();
        }
    }

    /// A failure is tried again after a while, whatever else is changed in between.
    private void changedWithin(long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private Duration untilNextExpiry() {
        Instant now = clock.instant();
        return loaded.nextExpiry(now)
                .map(end -> Duration.between(now, end).plusMillis(1))
                .filter(next -> next.compareTo(LONGEST_WAIT) < 0)
                .orElse(LONGEST_WAIT);
    }

    private void publish(Work work) {
        if (work.restart()) {
            host.restart();
        }
        if (!work.stale().isNothing()) {
            Instant now = clock.instant();
            LoadedNetwork.Found found = loaded.refresh(work.stale(), now);
            ended.addAll(found.ended());
            host.revoke(ended);
            if (work.stale().devices() && found.policy() && host.enforcer().isPresent()) {
                apply(now);
            }
            if (found.policy()) {
                loaded.rebuild(now);
            }
            apply(now);
            ended.clear();
            status = new Status(loaded.version(), Optional.of(clock.instant()), Optional.empty());
            desk.applied(status);
        } else if (loaded.expiresBetween(applied, clock.instant())) {
            apply(clock.instant());
        }
        desk.publish(work.events(), loaded.devices());
    }

    private void apply(Instant now) {
        applied = now;
        Map<DeviceId, LockReason> locks = new HashMap<>();
        for (Device device : loaded.devices()) {
            device.lock().ifPresent(found -> locks.put(device.deviceId(), found.reason()));
        }
        host.apply(loaded.content(now), loaded.settings().enabled(), locks);
    }

    private void failed(RuntimeException failure) {
        String sentence = String.valueOf(failure.getMessage());
        if (!status.error().equals(Optional.of(sentence))) {
            LOG.log(Level.ERROR, "changes are not in force; trying again", failure);
        }
        status = new Status(status.policyVersion(), status.appliedAt(), Optional.of(sentence));
    }

    /// Ends the thread and wipes the keys. What is in force stays in force until the host is closed.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loaded.close();
    }
}
