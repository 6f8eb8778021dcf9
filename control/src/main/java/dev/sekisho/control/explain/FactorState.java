package dev.sekisho.control.explain;

import dev.sekisho.control.flows.EventJson;
import dev.sekisho.control.socket.ChallengeView;
import dev.sekisho.control.socket.Enforcer;
import dev.sekisho.control.socket.FlowFilter;
import dev.sekisho.control.socket.FlowView;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Rule;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// How it stands with a second factor: what can be seen of it from outside the packet path. Stateless.
final class FactorState {
    private static final int MOST_FLOWS = 100_000;

    private FactorState() {}

    /// The factor that a rule asks of a user for a destination.
    static WhyApi.ExplainFactor of(Optional<Enforcer> enforcer, Rule rule, UserId user, Question question) {
        String scope = rule.challengePerPort() ? "port" : "address";
        Optional<ChallengeView> open = enforcer.flatMap(running -> running.challenges().stream()
                .filter(challenge -> challenge.user().equals(user) && concerns(challenge, rule, question))
                .findFirst());
        if (open.isPresent()) {
            return new WhyApi.ExplainFactor(
                    scope, "waiting", open.map(one -> Instant.ofEpochMilli(one.deadlineEpochMillis())));
        }
        boolean given =
                enforcer.filter(running -> lives(running, rule, user, question)).isPresent();
        return new WhyApi.ExplainFactor(scope, given ? "given" : "asked", Optional.empty());
    }

    private static boolean concerns(ChallengeView challenge, Rule rule, Question question) {
        String end = EventJson.endpoint(
                question.host().high(),
                question.host().low(),
                question.destination().getPort());
        String address = end.substring(0, end.lastIndexOf(':') + 1);
        return challenge.grant().equals(rule.grant().id())
                && (challenge.perPort()
                        ? challenge.destination().equals(end)
                        : challenge.destination().startsWith(address));
    }

    /// Whether a flow of the user lives that could not without the factor.
    private static boolean lives(Enforcer running, Rule rule, UserId user, Question question) {
        AtomicBoolean found = new AtomicBoolean();
        running.flows(MOST_FLOWS, new FlowFilter(Optional.of(user), Optional.empty()), flow -> {
            if (isUnder(flow, rule, question)) {
                found.set(true);
            }
        });
        return found.get();
    }

    private static boolean isUnder(FlowView flow, Rule rule, Question question) {
        return flow.fromDevice()
                && flow.grant().equals(rule.grant().id())
                && flow.tuple().destinationHigh() == question.host().high()
                && flow.tuple().destinationLow() == question.host().low()
                && (!rule.challengePerPort()
                        || flow.tuple().destinationPort()
                                == question.destination().getPort());
    }
}
