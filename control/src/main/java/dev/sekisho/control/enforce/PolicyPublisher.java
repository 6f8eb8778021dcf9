package dev.sekisho.control.enforce;

import dev.sekisho.control.audit.AuditRecord;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.device.Device;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Brings what is committed into force, on a thread of its own: it reads again what a change has touched, and what it
/// makes of it shares all else with what was in force before. The first change is published at once, those that come
/// while one is published, or within a moment, together. Of a large change what ends a right comes first: devices and
/// grants that are gone are cut off before the new policy is compiled. A failure is tried again and meanwhile told by
/// [#status]; what is in force stays in force, but for devices whose time has come.
///
/// Everything is read again at the start, after a failure, when others than this server have changed something, and
/// once in a while.
public final class PolicyPublisher implements UnitOfWork.CommitListener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PolicyPublisher.class.getName());
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /// Publications begin at least so far apart: each makes the packet threads go through all flows.
    private static final long PACE_NANOS = 20_000_000;

    /// How long nobody looks whether what is in memory still matches the database.
    private static final Duration READ_AGAIN = Duration.ofMinutes(30);

    /// Grants from which on a first policy leaves more behind than the collector should find at some later moment.
    private static final int LARGE = 10_000;

    private static final long FIRST_RETRY_MILLIS = 500;
    private static final long LAST_RETRY_MILLIS = 30_000;
    private static final long JOIN_MILLIS = 10_000;

    /// How things stand.
    ///
    /// @param policyVersion number of an audit record: it and all before it are in force
    /// @param appliedAt when it came into force; empty = nothing did yet
    /// @param failure the last one, over or not
    /// @param leftOut devices that can't connect since their preshared keys can't be opened
    public record Status(
            long policyVersion, Optional<Instant> appliedAt, Optional<Failure> failure, List<DeviceId> leftOut) {
        public Status {
            leftOut = List.copyOf(leftOut);
        }

        private Status upTo(long version) {
            return version <= policyVersion ? this : new Status(version, appliedAt, failure, leftOut);
        }

        /// Why the newest changes are not in force.
        public Optional<String> error() {
            return failure.filter(last -> !last.over()).map(Failure::text);
        }

        /// What an administrator has to look at.
        public Optional<String> concern() {
            return error().or(() -> leftOut.stream().findFirst().map(first -> {
                String others = leftOut.size() == 1 ? "" : " and of " + (leftOut.size() - 1) + " more";
                return "the preshared key of " + first.name() + others + " can't be opened: they can't connect until"
                        + " they are given other keys (on their pages)";
            }));
        }
    }

    /// Why changes are, or were, not in force.
    ///
    /// @param since when it began: what was tried again since then failed, too
    /// @param text a sentence
    /// @param at the last try that failed
    /// @param over whether they are in force now
    public record Failure(Instant since, String text, Instant at, boolean over) {
        private Failure end() {
            return new Failure(since, text, at, true);
        }
    }

    private final LoadedNetwork loaded;
    private final CheckpointHost host;
    private final NewsDesk desk;
    private final InstantSource clock;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private Stale pending = Stale.everything();
    private boolean dead;
    private final List<ControlEvent> told = new ArrayList<>();
    private long recordsTold;
    private final ToldRecords toldRecords = new ToldRecords();
    private boolean closed;

    /// Whether what was taken may not be in force yet.
    private boolean busy;

    /// Grants whose withdrawal failed, and so on: what a failed publication leaves to the next. Owner: the thread.
    private final Set<GrantId> ended = new HashSet<>();

    /// For when the devices in force were those that had not expired. Owner: the thread.
    private Instant applied = Instant.EPOCH;

    private Instant readAll = Instant.EPOCH;

    /// Whether the packet path has ever been up.
    private boolean hasEnforced;
    private long beganNanos = System.nanoTime() - PACE_NANOS;
    private final Foreign foreign = new Foreign();

    /// As of the last publication.
    private volatile Status status = new Status(0, Optional.empty(), Optional.empty(), List.of());

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
        Stale stale = new Stale();
        stale.add(events);
        boolean matters = !stale.isNothing() || NewsDesk.isNews(events);
        tell(stale, matters ? events : List.of(), records, false);
    }

    /// The policy may have changed elsewhere, such as on another node: everything is read again.
    public void reread() {
        tell(Stale.everything(), List.of(), List.of(), false);
    }

    /// Other nodes have written these audit records. What of them matters is told by [#reread], before.
    public void toldElsewhere(Collection<Long> numbers) {
        lock.lock();
        try {
            toldRecords.add(numbers);
        } finally {
            lock.unlock();
        }
    }

    private void stopped() {
        tell(Stale.everything(), List.of(), List.of(), true);
    }

    private void tell(Stale stale, List<ControlEvent> events, List<AuditRecord> records, boolean planeIsDead) {
        lock.lock();
        try {
            pending.add(stale);
            told.addAll(events);
            recordsTold += records.size();
            toldRecords.add(records.stream().map(AuditRecord::seq).toList());
            dead |= planeIsDead;
            if (isAsked()) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whether there is something to do. Under the lock.
    private boolean isAsked() {
        return !pending.isNothing() || !told.isEmpty() || dead;
    }

    /// How things stand. While nothing is left to do, all that was told is in force: most of it changes no policy.
    public Status status() {
        lock.lock();
        try {
            Status published = status;
            return busy || !pending.isNothing() ? published : published.upTo(toldRecords.upTo());
        } finally {
            lock.unlock();
        }
    }

    /// @param recordsTold how many audit records were told since the start
    /// @param upTo a record: what it and all before it changed is in `stale`, or in force already
    private record Work(Stale stale, List<ControlEvent> events, boolean restart, long recordsTold, long upTo) {
        boolean isIdle() {
            return stale.isNothing() && events.isEmpty() && !restart;
        }
    }

    private void run() {
        long retryMillis = FIRST_RETRY_MILLIS;
        Duration wait = Duration.ZERO;
        try {
            while (true) {
                Work work = take(wait);
                try {
                    if (work.isIdle()) {
                        compare(work);
                    }
                    publish(work);
                    retryMillis = FIRST_RETRY_MILLIS;
                    wait = untilNextExpiry();
                } catch (RuntimeException e) {
                    failed(e);
                    tell(Stale.everything(), work.events(), List.of(), work.restart());
                    awaitRetry(retryMillis);
                    retryMillis = Math.min(LAST_RETRY_MILLIS, 2 * retryMillis);
                    wait = Duration.ZERO;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end
        }
    }

    /// Waits for a change; without one, for a device to expire. Soon after another, for more changes.
    private Work take(Duration wait) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            busy = false;
            long left = wait.toNanos();
            while (!closed && !isAsked() && left > 0) {
                left = changed.awaitNanos(left);
            }
            long early = beganNanos + PACE_NANOS - System.nanoTime();
            while (!closed && early > 0) {
                early = changed.awaitNanos(early);
            }
            if (closed) {
                throw new InterruptedException();
            }
            beganNanos = System.nanoTime();
            busy = true;
            Work work = new Work(pending, List.copyOf(told), dead, recordsTold, toldRecords.upTo());
            pending = new Stale();
            told.clear();
            dead = false;
            return work;
        } finally {
            lock.unlock();
        }
    }

    /// A failure is tried again after a while, whatever else is changed in between. What ends by itself ends meanwhile.
    private void awaitRetry(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            endWhatExpired();
            pause(Math.min(left, untilNextExpiry().toNanos()));
        }
    }

    /// Waits, until the end at most.
    private void pause(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (closed) {
                throw new InterruptedException();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes devices out whose time has come, while nothing new can be read: of what was in force, with the policy as
    /// it was.
    private void endWhatExpired() {
        Instant now = clock.instant();
        if (status.appliedAt().isEmpty() || !loaded.devices().expiresBetween(applied, now)) {
            return;
        }
        try {
            apply(now);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "devices have expired and are still in force; trying again", e);
        }
    }

    private Duration untilNextExpiry() {
        Instant now = clock.instant();
        return loaded.devices()
                .nextExpiry(now)
                .map(end -> Duration.between(now, end).plusMillis(1))
                .filter(next -> next.compareTo(LONGEST_WAIT) < 0)
                .orElse(LONGEST_WAIT);
    }

    /// Looks, while nothing is to be done, for changes that nobody told of.
    private void compare(Work work) {
        Instant now = clock.instant();
        boolean others = foreign.hasChanged(loaded.latest(), work.recordsTold());
        if (others) {
            LOG.log(Level.INFO, "the database was changed by others: reading everything again");
        }
        if (others || !now.isBefore(readAll.plus(READ_AGAIN))) {
            work.stale().add(Stale.everything());
        }
        loaded.devices().openAgain().forEach(device -> work.stale().add(Stale.Kind.DEVICE, device));
    }

    private void publish(Work work) {
        if (work.restart()) {
            host.restart();
        }
        Stale stale = work.stale();
        if (!stale.isNothing()) {
            Instant now = clock.instant();
            boolean first = status.appliedAt().isEmpty();
            ended.addAll(loaded.refresh(stale, now));
            long readNanos = System.nanoTime();
            readAll = stale.isEverything() ? now : readAll;
            if (stale.isLarge() && host.enforcer().isPresent()) {
                host.revoke(ended);
                apply(now); // the devices, with the policy before
            }
            loaded.rebuild(now);
            long builtNanos = System.nanoTime();
            apply(now);
            ended.clear();
            if (status.error().isPresent()) {
                LOG.log(Level.INFO, "changes are in force again");
            }
            status = new Status(
                    stale.isEverything() ? readUpTo(loaded.version()) : Math.max(status.policyVersion(), work.upTo()),
                    Optional.of(clock.instant()),
                    status.failure().map(Failure::end),
                    loaded.devices().leftOut());
            desk.applied(status);
            boolean warmedUp = !hasEnforced && host.enforcer().isPresent();
            hasEnforced |= warmedUp;
            if (warmedUp || (first && loaded.content(now).policy().grants().size() >= LARGE)) {
                // What the warm-up of the packet path and the making of a large policy took is never taken again.
                System.gc();
            }
            LOG.log(
                    Level.DEBUG,
                    "read in {0} us, policy made in {1} us, put in force in {2} us",
                    (readNanos - beganNanos) / 1000,
                    (builtNanos - readNanos) / 1000,
                    (System.nanoTime() - builtNanos) / 1000);
        } else if (loaded.devices().expiresBetween(applied, clock.instant())) {
            apply(clock.instant());
        }
        desk.publish(work.events(), loaded.devices().all());
    }

    /// Everything was read as of a record.
    private long readUpTo(long version) {
        lock.lock();
        try {
            toldRecords.read(version);
        } finally {
            lock.unlock();
        }
        return version;
    }

    private void apply(Instant now) {
        List<Device> devices = loaded.devices().all();
        host.owners().leave(devices);
        host.apply(
                loaded.content(now),
                loaded.settings().enabled(),
                loaded.devices().locks(now));
        host.owners().enter(devices, clock.instant());
        applied = now;
    }

    private void failed(RuntimeException failure) {
        String sentence = String.valueOf(failure.getMessage());
        if (!status.error().equals(Optional.of(sentence))) {
            LOG.log(Level.ERROR, "changes are not in force; trying again", failure);
        }
        Instant now = clock.instant();
        Instant since = status.failure()
                .filter(last -> !last.over())
                .map(Failure::since)
                .orElse(now);
        status = new Status(
                status.policyVersion(),
                status.appliedAt(),
                Optional.of(new Failure(since, sentence, now, false)),
                status.leftOut());
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
