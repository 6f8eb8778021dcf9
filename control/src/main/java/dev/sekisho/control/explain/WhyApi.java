package dev.sekisho.control.explain;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.device.Device;
import dev.sekisho.control.device.DeviceStates;
import dev.sekisho.control.enforce.CheckpointHost;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.people.Person;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.simulate.PolicyMaterial;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Explanation;
import dev.sekisho.policy.compile.Rule;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// The route `/explain`: why somebody may reach something or not, now, then or one day.
public final class WhyApi {
    private static final int TCP = 6;
    private static final int UDP = 17;

    /// Steps of a chain that are told; somebody who has more reads no more.
    private static final int MOST_STEPS = 200;

    private final CheckpointHost host;
    private final DeviceStates devices;
    private final Explanations explanations;
    private final InstantSource clock;

    /// @param version tells how new a reading of the database is
    public WhyApi(
            CheckpointHost host,
            DeviceStates devices,
            UnitOfWork work,
            PolicyMaterial.Sources sources,
            ToLongFunction<Transaction> version,
            InstantSource clock) {
        this.host = host;
        this.devices = devices;
        this.explanations = new Explanations(work, sources, version);
        this.clock = clock;
    }

    /// Why somebody may reach something or not.
    ///
    /// @param verdict `allow`, `challenge` or `deny`
    /// @param reason why it is denied, in kebab case
    /// @param rule the grant that decides
    /// @param user whose access it is; the address of a host that is nobody's device
    /// @param lines the whole chain of reasons as text, the verdict first
    /// @param at the moment that was asked for
    /// @param until when the answer may become another
    /// @param handedOff whether the flow goes to a proxy
    /// @param steps each grant and decoy around the address, the most specific first
    /// @param resources those whose addresses contain the destination
    /// @param factor the second factor, when one is asked for
    /// @param device the device, when one was named
    /// @param notes what else decides, a sentence each
    record ExplainView(
            String verdict,
            Optional<String> reason,
            Optional<String> rule,
            Optional<String> resource,
            String user,
            List<String> lines,
            Instant at,
            Optional<Instant> until,
            boolean handedOff,
            List<ExplainStep> steps,
            List<ExplainResource> resources,
            Optional<ExplainFactor> factor,
            Optional<ExplainDevice> device,
            List<String> notes) {
        ExplainView {
            lines = List.copyOf(lines);
            steps = List.copyOf(steps);
            resources = List.copyOf(resources);
            notes = List.copyOf(notes);
        }
    }

    /// What one grant or decoy had to say.
    ///
    /// @param effect what it did, as `decides`, `overruled`, `other-port`, `expired`
    /// @param grant its identity; empty for a decoy
    /// @param via the roles through which the user has it, theirs first
    record ExplainStep(
            String effect,
            String sentence,
            Optional<String> grant,
            Optional<String> to,
            Optional<String> resource,
            Optional<String> resourceId,
            boolean deny,
            boolean mfa,
            List<String> via) {
        ExplainStep {
            via = List.copyOf(via);
        }
    }

    /// A resource around the destination.
    ///
    /// @param target in short form
    /// @param opens whether it opens the port
    record ExplainResource(String id, String name, String target, boolean decoy, boolean opens) {}

    /// A second factor.
    ///
    /// @param scope `port` when an approval opens this port alone, `address` when it opens all ports of the
    ///     resource at the address
    /// @param state `given` (a flow under it lives), `waiting` (somebody is asked), else `asked`: at the next
    ///     packet, or not, if an approval of before still lasts
    /// @param until when the question that waits ends
    record ExplainFactor(String scope, String state, Optional<Instant> until) {}

    /// The device.
    ///
    /// @param state `active`, `locked`, `disabled`, `pending` or `expired`
    /// @param passes whether packets of it pass at all
    record ExplainDevice(String id, String name, String state, boolean passes, Optional<String> lockedBecause) {}

    /// All routes.
    public List<Route> routes() {
        return List.of(Route.get("/explain", "Why somebody may reach something or not")
                .access(Permission.VIEW_NETWORK)
                .query("subject", "a user, USER/DEVICE, or network:IP for a host that is nobody's device")
                .query("target", "IP:PORT, IPv6 in brackets; port 0 for ping")
                .query("protocol", "tcp, udp or icmp; tcp without")
                .query("at", "a moment, past or to come; now without")
                .answers(ExplainView.class)
                .by(this::explain));
    }

    private Object explain(Request request) {
        Instant now = clock.instant();
        Question question = Question.of(request, now);
        return switch (question.who()) {
            case Question.Who.OfHost from -> {
                Explanations.Found found = explanations.ofHost(from, question);
                yield view(question, from.host().addressText(), found, found.why(), Optional.empty(), List.of());
            }
            case Question.Who.OfUser user -> ofUser(question, user.user(), Optional.empty(), now);
            case Question.Who.OfDevice named -> {
                Device device = devices.find(named.device())
                        .orElseThrow(() -> Problem.invalid(
                                "subject",
                                "there is no device '" + named.device().name() + "'"));
                yield ofUser(question, new UserId(device.owner().name()), Optional.of(device), now);
            }
        };
    }

    /// Packets of now and later are decided by what is in force; the chain of the past is what the database still
    /// knows.
    private ExplainView ofUser(Question question, UserId user, Optional<Device> device, Instant now) {
        Explanations.Found found = explanations.ofUser(user, question);
        List<String> notes = new ArrayList<>();
        Explanation why = found.why();
        if (question.at().isBefore(now)) {
            notes.add("Of the past, grants that were taken back and roles of then are not known any more.");
        } else {
            Optional<Explanation> inForce = inForce(question, user);
            if (inForce.isEmpty()) {
                notes.add("The network is not running: nothing passes. This is what would be decided.");
            } else if (!isSame(inForce.get(), why)) {
                why = inForce.get();
                notes.add("A change is not in force yet: the verdict is what packets get, the chain what the database"
                        + " says.");
            }
        }
        if (found.person().isEmpty()) {
            notes.add("There is no user '" + user.name() + "'.");
        } else if (found.person().filter(Person::active).isEmpty()) {
            notes.add("The account of " + user.name() + " is disabled: nothing passes.");
        }
        return view(question, user.name(), found, why, device, notes);
    }

    private Optional<Explanation> inForce(Question question, UserId user) {
        return host.enforcer()
                .map(running -> running.explain(
                        user,
                        question.destination(),
                        question.protocol(),
                        question.destination().getPort(),
                        question.at().getEpochSecond()));
    }

    private static boolean isSame(Explanation one, Explanation other) {
        return one.granted() == other.granted()
                && one.denial().equals(other.denial())
                && grantOf(one).equals(grantOf(other));
    }

    private static Optional<String> grantOf(Explanation why) {
        return why.rule().map(rule -> rule.grant().id().name());
    }

    private ExplainView view(
            Question question,
            String user,
            Explanations.Found found,
            Explanation why,
            Optional<Device> device,
            List<String> notes) {
        Map<String, Resource> byName =
                found.around().stream().collect(Collectors.toMap(Resource::name, Function.identity()));
        List<Explanation.Step> steps = found.why().steps();
        List<String> all = new ArrayList<>(notes);
        if (steps.size() > MOST_STEPS) {
            all.add((steps.size() - MOST_STEPS) + " less specific grants are not shown.");
        }
        boolean asks = why.granted() && why.rule().filter(Rule::mfa).isPresent();
        return new ExplainView(
                why.granted() ? asks ? "challenge" : "allow" : "deny",
                why.denial().map(WhyApi::kebab),
                grantOf(why),
                why.rule().map(rule -> rule.resource().id().name()),
                user,
                found.why().lines().stream().limit(MOST_STEPS + 1L).toList(),
                question.at(),
                why.validUntilEpochSecond() == Long.MAX_VALUE
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochSecond(why.validUntilEpochSecond())),
                why.handedOff(),
                steps.stream()
                        .limit(MOST_STEPS)
                        .map(step -> step(step, found, byName))
                        .toList(),
                found.around().stream()
                        .map(resource -> resource(resource, question))
                        .toList(),
                asks ? why.rule().map(rule -> factor(rule, user, question)) : Optional.empty(),
                device.map(this::device),
                all);
    }

    private static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static ExplainStep step(Explanation.Step step, Explanations.Found found, Map<String, Resource> byName) {
        Optional<AccessGrant> grant = step.rule()
                .flatMap(rule ->
                        Optional.ofNullable(found.grants().get(rule.grant().id().name())));
        Optional<String> name = step.rule().map(rule -> rule.resource().id().name());
        return new ExplainStep(
                kebab(step.effect()),
                step.sentence(),
                grant.map(AccessGrant::id),
                grant.map(one -> one.to().toString()),
                name,
                name.flatMap(one -> Optional.ofNullable(byName.get(one))).map(Resource::id),
                step.rule().filter(rule -> rule.grant().deny()).isPresent(),
                step.rule().filter(Rule::mfa).isPresent(),
                step.via().stream().map(RoleId::name).toList());
    }

    private static ExplainResource resource(Resource resource, Question question) {
        IpResource ip = resource.ip();
        int port = question.destination().getPort();
        boolean opens = switch (question.protocol()) {
            case TCP -> port != 0 && ip.transport().includesTcp() && ip.ports().contains(port);
            case UDP -> port != 0 && ip.transport().includesUdp() && ip.ports().contains(port);
            default -> ip.ports().containsPing();
        };
        return new ExplainResource(
                resource.id(), resource.name(), resource.target().shortForm(), ip.decoy(), opens);
    }

    private ExplainFactor factor(Rule rule, String user, Question question) {
        return FactorState.of(host.enforcer(), rule, new UserId(user), question);
    }

    private ExplainDevice device(Device device) {
        Instant now = clock.instant();
        return new ExplainDevice(
                device.id(),
                device.deviceId().name(),
                device.shownState(now),
                device.lock().isEmpty() && device.mayConnect(now),
                device.lock().map(lock -> lock.grounds().reason().sentence()));
    }
}
