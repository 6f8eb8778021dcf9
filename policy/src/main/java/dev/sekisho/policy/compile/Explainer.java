package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.User;
import dev.sekisho.policy.Validity;
import dev.sekisho.policy.compile.Explanation.Effect;
import dev.sekisho.policy.compile.Explanation.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Words for one question to a snapshot. Used once, by one thread. The verdict is [PolicySnapshot]'s own,
/// so it can't differ from what happens to packets; only the reasons are worked out here.
final class Explainer {
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9._@-]+");

    private final RoleGraph roles;
    private final String who;
    private final String target;
    private final int protocol;
    private final int port;
    private final long second;
    private final Decision decision;
    private final List<Step> steps = new ArrayList<>();

    Explainer(RoleGraph roles, String who, Cidr host, int protocol, int port, long second, Decision decision) {
        this.roles = roles;
        this.who = quoted(who);
        this.protocol = protocol;
        this.port = port;
        this.second = second;
        this.decision = decision;
        this.target = target(host);
    }

    private String target(Cidr host) {
        if (protocol != Protocols.TCP && protocol != Protocols.UDP) {
            return host.addressText() + " by " + Protocols.name(protocol);
        }
        String address = host.v4() ? host.addressText() : "[" + host.addressText() + "]";
        return address + ":" + port + "/" + Protocols.name(protocol);
    }

    /// Adds a decoy around the address.
    void decoy(IpResource decoy) {
        String name = "decoy " + quoted(decoy.id().name()) + " (" + decoy.shortForm() + ") ";
        if (decoy.equals(decision.decoy())) {
            add(Effect.DECIDES, name + "was touched: it refuses everybody without the permission IP SCAN");
        } else if (!Protocols.opens(decoy, protocol, port)) {
            add(portEffect(decoy), name + "doesn't matter: " + portReason(decoy));
        } else if (decision.decoy() != null) {
            add(Effect.NOT_ASKED, name + "was touched too");
        } else {
            add(Effect.DECOY_IGNORED, name + "doesn't matter: " + who + " has the permission IP SCAN");
        }
    }

    private void add(Effect effect, String sentence) {
        steps.add(new Step(Optional.empty(), List.of(), effect, sentence));
    }

    /// Adds a grant of the user whose resource contains the address.
    void rule(User user, Rule rule) {
        rule(rule.grant().to() instanceof Subject.Role(RoleId id) ? roles.path(user.roles(), id) : List.of(), rule);
    }

    /// Adds a grant of a network whose resource contains the address.
    void ofNetwork(Rule rule) {
        rule(List.of(), rule);
    }

    private void rule(List<RoleId> via, Rule rule) {
        StringBuilder sentence = new StringBuilder(rule.grant().deny() ? "deny grant " : "grant ")
                .append(quoted(rule.grant().id().name()))
                .append(" to ")
                .append(who);
        via.forEach(role -> sentence.append(" -> ").append(quoted(role.name())));
        if (rule.grant().to() instanceof Subject.Network(Cidr block)) {
            sentence.append(" in ").append(block);
        }
        sentence.append(" on ")
                .append(quoted(rule.resource().id().name()))
                .append(" (")
                .append(rule.resource().shortForm())
                .append(") ");
        Effect effect = effect(rule);
        sentence.append(predicate(effect, rule));
        steps.add(new Step(Optional.of(rule), via, effect, sentence.toString()));
    }

    private Effect effect(Rule rule) {
        Validity validity = rule.grant().validity();
        if (!Protocols.opens(rule.resource(), protocol, port)) {
            return portEffect(rule.resource());
        }
        if (decision.decoy() != null) {
            return Effect.NOT_ASKED;
        }
        if (!validity.holds(second)) {
            if (validity.until().isPresent() && second >= validity.until().get().getEpochSecond()) {
                return Effect.EXPIRED;
            }
            boolean early = validity.from().isPresent()
                    && second < validity.from().get().getEpochSecond();
            return early ? Effect.NOT_YET : Effect.OTHER_HOURS;
        }
        if (rule.equals(decision.rule())) {
            return Effect.DECIDES;
        }
        if (rule.grant().deny()) {
            return Effect.FORBIDS_TOO;
        }
        return decision.granted() ? Effect.LESS_SPECIFIC : Effect.OVERRULED;
    }

    private Effect portEffect(IpResource resource) {
        return resource.ports().contains(port) && !isPing() ? Effect.OTHER_PROTOCOL : Effect.OTHER_PORT;
    }

    private boolean isPing() {
        return protocol != Protocols.TCP && protocol != Protocols.UDP;
    }

    private String predicate(Effect effect, Rule rule) {
        Validity validity = rule.grant().validity();
        return switch (effect) {
            case DECIDES ->
                rule.grant().deny() ? "decides: what forbids wins" : "decides: it is the most specific that holds";
            case LESS_SPECIFIC -> "also allows it, but " + whyLess(rule);
            case OVERRULED -> "would allow it, but a grant forbids it";
            case FORBIDS_TOO -> "forbids it too";
            case OTHER_PORT, OTHER_PROTOCOL -> "doesn't apply: " + portReason(rule.resource());
            case NOT_YET -> "doesn't hold yet: it begins at " + moment(validity.from());
            case EXPIRED -> "holds no more: it ended at " + moment(validity.until());
            case OTHER_HOURS -> "doesn't hold now: its hours are " + moment(validity.weekly());
            case NOT_ASKED, DECOY_IGNORED -> "isn't asked: a decoy was touched";
        };
    }

    private static String moment(Optional<?> value) {
        return value.map(Object::toString).orElse("no time");
    }

    private String portReason(IpResource resource) {
        if (isPing()) {
            return "its ports " + resource.ports() + " don't include 0, ping";
        }
        if (!resource.ports().contains(port)) {
            return "its ports are " + resource.ports() + ", not " + port;
        }
        return port == 0
                ? "port 0 means ping, not a port of " + Protocols.name(protocol)
                : "it opens " + resource.transport() + ", not " + Protocols.name(protocol);
    }

    private String whyLess(Rule rule) {
        Rule best = decision.rule();
        if (best == null) {
            return "another decides";
        }
        String name = quoted(best.grant().id().name());
        if (best.resource().block().prefixLength() > rule.resource().block().prefixLength()) {
            return name + " has the longer prefix";
        }
        if (rule.challengePerPort() && !best.challengePerPort()) {
            return name + " lists its ports";
        }
        return best.mfa() && !rule.mfa() ? name + " asks for a second factor" : name + " comes first by name";
    }

    Explanation explanation(long version) {
        String until = decision.validUntilEpochSecond() == Long.MAX_VALUE
                ? ""
                : "; this may change at " + Instant.ofEpochSecond(decision.validUntilEpochSecond());
        String verdict = "%s to %s at %s, policy version %d: %s%s"
                .formatted(who, target, Instant.ofEpochSecond(second), version, answer(), until);
        return new Explanation(
                verdict,
                decision.granted(),
                Optional.ofNullable(decision.rule()),
                Optional.ofNullable(decision.denial()),
                decision.handedOff(),
                decision.validUntilEpochSecond(),
                steps);
    }

    private String answer() {
        DenyReason denial = decision.denial();
        Rule rule = decision.rule();
        if (denial == null) {
            return "allowed"
                    + (rule != null && rule.mfa() ? " after a second factor" : "")
                    + (decision.handedOff() ? ", by way of a proxy" : "");
        }
        return "refused: "
                + switch (denial) {
                    case NO_GRANT ->
                        steps.isEmpty() ? "nothing that they are granted contains this address" : "no grant opens it";
                    case DENY_GRANT -> "a grant forbids it";
                    case NOT_NOW -> "what would allow it doesn't hold now";
                    case DECOY -> "a decoy was touched";
                    case UNKNOWN_USER -> "the policy knows no such user";
                    case PROTOCOL -> "only TCP, UDP and ping of the address's family can be granted";
                };
    }

    /// A name in quotation marks, unless it can be taken for nothing else.
    private static String quoted(String name) {
        if (PLAIN_NAME.matcher(name).matches()) {
            return name;
        }
        return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
