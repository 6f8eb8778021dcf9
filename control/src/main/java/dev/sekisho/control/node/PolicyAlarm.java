package dev.sekisho.control.node;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.ServerEvent;
import dev.sekisho.control.audit.UnitOfWork;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Records when what is decided has not come into force on this node for a while, and when it does again, for the
/// audit log and those whom alerts reach. Owner: the timer's thread.
///
/// What can't be recorded, since the database is away, is recorded later: also a trouble that is over by then.
public final class PolicyAlarm {
    /// What takes no longer is no matter.
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private final UnitOfWork work;
    private final InstantSource clock;
    private final String node;

    /// The trouble that was recorded last, by its beginning, and whether its end was, too.
    private Instant recorded = Instant.MIN;

    private boolean recordedEnd = true;

    /// @param node name of this one
    public PolicyAlarm(UnitOfWork work, InstantSource clock, String node) {
        this.work = work;
        this.clock = clock;
        this.node = node;
    }

    /// Looks. To be called every few seconds.
    ///
    /// @return whether something was recorded
    public boolean look(Node.Condition now) {
        return now.trouble().filter(this::isLong).filter(this::record).isPresent();
    }

    private boolean isLong(Node.Trouble trouble) {
        Instant until = trouble.over() ? trouble.at() : clock.instant();
        return !until.isBefore(trouble.since().plus(PATIENCE));
    }

    private boolean record(Node.Trouble trouble) {
        boolean begins = !trouble.since().equals(recorded);
        boolean ends = trouble.over() && (begins || !recordedEnd);
        List<ControlEvent> events = new ArrayList<>();
        if (begins) {
            events.add(new ServerEvent.PolicyHeldUp(node, trouble.since(), trouble.error()));
        }
        if (ends) {
            events.add(new ServerEvent.PolicyInForce(node, trouble.since(), trouble.at()));
        }
        if (events.isEmpty()) {
            return false;
        }
        work.change(Actor.SYSTEM, _ -> new Change<>(true, events));
        recorded = trouble.since();
        recordedEnd = trouble.over();
        return true;
    }
}
