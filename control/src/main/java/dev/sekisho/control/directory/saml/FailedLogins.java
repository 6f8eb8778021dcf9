package dev.sekisho.control.directory.saml;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.DirectoryEvent.LoginFailed;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.web.RateLimits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Records logins that failed. Anybody may make one fail, as often as they like, so the audit log gets one record of a
/// site and minute: the first failure at once, those of each minute after it together, with their number. Thread-safe.
final class FailedLogins {
    static final Duration WINDOW = Duration.ofMinutes(1);

    /// Sites that have records of their own at a time; more are told together, without an address.
    static final int SITES = 100;

    private static final String OTHERS = "";

    private final UnitOfWork work;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    /// By site. Guarded by the lock.
    private final Map<String, Window> open = new LinkedHashMap<>();

    /// What a site has done lately.
    ///
    /// @param unrecorded failures since the last record
    /// @param source an address of the site
    /// @param last the last of them
    private record Window(Instant since, long unrecorded, String source, LoginFailed last) {
        Window and(long more, LoginFailed newest) {
            return new Window(since, unrecorded + more, source, newest);
        }

        LoginFailed sum() {
            return new LoginFailed(last.directory(), last.step(), last.reason(), unrecorded);
        }
    }

    FailedLogins(UnitOfWork work, InstantSource clock) {
        this.work = work;
        this.clock = clock;
    }

    /// Takes note of one.
    ///
    /// @param source the browser's address
    void add(LoginFailed failure, String source) {
        Optional<String> first = firstOf(failure, source);
        if (first.isEmpty()) {
            return;
        }
        boolean done = false;
        try {
            record(failure, first.get().equals(OTHERS) ? "" : source);
            done = true;
        } finally {
            if (!done) {
                forget(first.get()); // so that the next one is the first
            }
        }
    }

    /// @return the site, when it is to be recorded at once
    private Optional<String> firstOf(LoginFailed failure, String source) {
        lock.lock();
        try {
            String own = RateLimits.site(source);
            String site = open.containsKey(own) || open.size() < SITES ? own : OTHERS;
            Window before = open.get(site);
            if (before == null) {
                open.put(site, new Window(clock.instant(), 0, site.equals(OTHERS) ? "" : source, failure));
                return Optional.of(site);
            }
            open.put(site, before.and(1, failure));
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void forget(String site) {
        lock.lock();
        try {
            open.remove(site);
        } finally {
            lock.unlock();
        }
    }

    /// Records what has gathered for a minute. To be called every few seconds.
    ///
    /// @throws dev.sekisho.control.store.StoreException when it can't be recorded; it is kept for the next time
    void recordEnded() {
        record(clock.instant().minus(WINDOW));
    }

    /// Records all that has gathered, at the end.
    void recordAll() {
        record(Instant.MAX);
    }

    private void record(Instant until) {
        for (Optional<Ended> next = next(until); next.isPresent(); next = next(until)) {
            Ended ended = next.get();
            boolean done = false;
            try {
                record(ended.window().sum(), ended.window().source());
                done = true;
            } finally {
                if (!done) {
                    putBack(ended.site(), ended.window());
                }
            }
        }
    }

    private record Ended(String site, Window window) {}

    /// Takes out what is to be recorded next. A site that goes on has its next record a minute later; one that was
    /// quiet is forgotten.
    private Optional<Ended> next(Instant until) {
        lock.lock();
        try {
            for (Map.Entry<String, Window> entry : List.copyOf(open.entrySet())) {
                Window window = entry.getValue();
                if (window.since().isAfter(until)) {
                    continue;
                }
                if (window.unrecorded() > 0) {
                    open.put(entry.getKey(), new Window(clock.instant(), 0, window.source(), window.last()));
                    return Optional.of(new Ended(entry.getKey(), window));
                }
                open.remove(entry.getKey());
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void putBack(String site, Window window) {
        lock.lock();
        try {
            Window now = open.get(site);
            open.put(site, now == null ? window : window.and(now.unrecorded(), now.last()));
        } finally {
            lock.unlock();
        }
    }

    private void record(LoginFailed failure, String source) {
        work.change(new Actor("", Optional.empty(), Actor.Via.LOGIN, source), _ -> Change.of(true, failure));
    }
}
