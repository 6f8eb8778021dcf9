package dev.sekisho.control.flows.web;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.FlowEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.flows.FlowLog;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// How much of the flow log each node keeps. Thread-safe.
public final class FlowLogSettings {
    /// Days that can be asked for.
    public static final int MAX_DAYS = 3_650;

    /// The least that is of use: with less there is hardly a file.
    public static final long MIN_BYTES = 64L << 20;

    /// The most that can be asked for.
    public static final long MAX_BYTES = 1L << 42;

    private static final Kept DEFAULT =
            new Kept(FlowLog.Retention.DEFAULT.days(), FlowLog.Retention.DEFAULT.maxTotalBytes(), 1);

    private final UnitOfWork work;
    private final FlowLogStore store;
    private final Consumer<FlowLog.Retention> log;

    /// @param log is told what holds from now on
    public FlowLogSettings(UnitOfWork work, FlowLogStore store, Consumer<FlowLog.Retention> log) {
        this.work = work;
        this.store = store;
        this.log = log;
    }

    /// What is kept.
    ///
    /// @param days today included
    /// @param maxBytes of all files of a node
    /// @param version for `If-Match`
    public record Kept(int days, long maxBytes, long version) {
        FlowLog.Retention retention() {
            return FlowLog.Retention.of(days, maxBytes);
        }

        private List<String> changesTo(Kept after) {
            List<String> changes = new ArrayList<>();
            if (days != after.days) {
                changes.add("days: " + days + " -> " + after.days);
            }
            if (maxBytes != after.maxBytes) {
                changes.add("maxBytes: " + maxBytes + " -> " + after.maxBytes);
            }
            return changes;
        }
    }

    /// What holds.
    public Kept current() {
        return work.read(this::find);
    }

    private Kept find(Transaction transaction) {
        return store.kept(transaction).orElse(DEFAULT);
    }

    /// A user's name and since when it is surely theirs.
    ///
    /// @throws Problem 404
    OwnName ownName(String userId) {
        return work.read(transaction -> store.ownName(transaction, userId))
                .orElseThrow(() -> Problem.notFound("there is no such user any more"));
    }

    /// Puts in force what is in the database: at the start, and when another node has changed it.
    public void apply() {
        log.accept(current().retention());
    }

    /// Changes it.
    ///
    /// @param ifMatch the version that the caller has read, if they said so
    /// @throws Problem 400, 412
    public Kept change(Actor actor, OptionalLong ifMatch, int days, long maxBytes) {
        requireSensible(days, maxBytes);
        Kept kept = work.change(actor, transaction -> {
            Kept before = find(transaction);
            Checked.version(ifMatch, before.version());
            Kept after = new Kept(days, maxBytes, before.version() + 1);
            List<String> changes = before.changesTo(after);
            if (changes.isEmpty()) {
                return Change.none(before);
            }
            store.keep(transaction, after);
            return Change.of(after, new FlowEvent.RetentionChanged(changes));
        });
        log.accept(kept.retention());
        return kept;
    }

    private static void requireSensible(int days, long maxBytes) {
        List<Problem.FieldError> wrong = new ArrayList<>();
        if (days < 1 || days > MAX_DAYS) {
            wrong.add(new Problem.FieldError("days", "is 1 to " + MAX_DAYS));
        }
        if (maxBytes < MIN_BYTES || maxBytes > MAX_BYTES) {
            wrong.add(new Problem.FieldError("maxBytes", "is " + MIN_BYTES + " (64 MiB) to " + MAX_BYTES + " (4 TiB)"));
        }
        if (!wrong.isEmpty()) {
            throw Problem.invalid(wrong);
        }
    }
}
