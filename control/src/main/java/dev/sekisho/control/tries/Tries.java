package dev.sekisho.control.tries;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Who may try how often. Thread-safe, over all nodes of one database.
///
/// A row of failures locks out at every tenth for a quarter of an hour (product line A12), and at the hundredth until
/// an administrator ends it (NIST SP 800-63B section 3.2.2: no more than 100 failures in a row).
public final class Tries {
    /// How long a lock-out lasts, and how far back tries of an address count.
    public static final Duration PAUSE = Duration.ofMinutes(15);

    /// Failures in a row after which only an administrator helps.
    public static final int LAST_FAILURE = 100;

    /// Stands for the end of a lock-out that only an administrator ends.
    public static final Instant UNTIL_UNLOCKED = Instant.parse("9999-12-31T23:59:59Z");

    /// Failures of names that nobody has are kept as long as an administrator may take to end a lock-out that does not
    /// end by itself; until then nobody can tell them from those of a user.
    static final Duration NOBODY_KEPT = Duration.ofDays(30);

    /// Two tries at the same moment want the same number; one of them takes the next.
    private static final int ATTEMPTS = 20;

    private final UnitOfWork work;
    private final TryStore store;
    private final InstantSource clock;

    public Tries(UnitOfWork work, TryStore store, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.clock = clock;
    }

    /// Whether a try may be judged.
    public sealed interface Verdict {
        /// It may, and has been counted.
        ///
        /// @param locks when it fails, until when its subject is locked out by that; empty = it isn't
        record Admitted(Optional<Instant> locks) implements Verdict {}

        /// It may not.
        ///
        /// @param until when the next one may be
        record Refused(Instant until) implements Verdict {}
    }

    /// Counts a try against all of these, before it is judged. When one of them has none left, none is counted.
    ///
    /// @throws StoreException when it can't be counted: then it must not be judged
    public Verdict begin(List<Budget> budgets) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.housekeeping(transaction -> begin(transaction, budgets));
            } catch (StoreException e) {
                if (e.kind() != StoreException.Kind.CONFLICT || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Verdict begin(Transaction transaction, List<Budget> budgets) {
        Instant now = clock.instant();
        Optional<Instant> locks = Optional.empty();
        for (Budget budget : budgets) {
            TryStore.Count count = store.count(transaction, budget.subject(), now.minus(PAUSE));
            Optional<Instant> until = blocked(budget, count, now);
            if (until.isPresent()) {
                return new Verdict.Refused(until.get());
            }
            long next = count.lastSlot() + 1;
            if (budget.streak() && next % budget.limit() == 0) {
                locks = Optional.of(next >= LAST_FAILURE ? UNTIL_UNLOCKED : now.plus(PAUSE));
            }
        }
        for (Budget budget : budgets) {
            TryStore.Count count = store.count(transaction, budget.subject(), now);
            store.insert(transaction, budget.subject(), count.lastSlot() + 1, now);
        }
        return new Verdict.Admitted(locks);
    }

    private static Optional<Instant> blocked(Budget budget, TryStore.Count count, Instant now) {
        if (!budget.streak()) {
            return count.count() >= budget.limit() ? Optional.of(now.plus(PAUSE)) : Optional.empty();
        }
        if (count.lastSlot() >= LAST_FAILURE) {
            return Optional.of(UNTIL_UNLOCKED);
        }
        boolean full = count.lastSlot() > 0 && count.lastSlot() % budget.limit() == 0;
        return full ? count.lastAt().map(at -> at.plus(PAUSE)).filter(now::isBefore) : Optional.empty();
    }

    /// Ends a row of failures, in the caller's transaction: after a success, or since an administrator says so.
    public void clear(Transaction transaction, Budget budget) {
        store.clear(transaction, budget.subject());
    }

    /// Forgets what no longer counts. To be called now and then: names that nobody has are as many as somebody types.
    public void forget() {
        Instant now = clock.instant();
        work.housekeeping(transaction -> {
            store.forget(transaction, Budget.FOR_A_WHILE, now.minus(PAUSE));
            store.forget(transaction, Budget.NOBODY, now.minus(NOBODY_KEPT));
            return true;
        });
    }
}
