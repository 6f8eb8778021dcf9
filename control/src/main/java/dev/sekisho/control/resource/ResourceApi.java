package dev.sekisho.control.resource;

import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.policy.Texts;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The routes below `/resources`.
public final class ResourceApi {
    private static final int MAX_DESCRIPTION_CHARS = 500;
    private static final int MAX_ROLES = 50;

    private final Resources resources;

    public ResourceApi(Resources resources) {
        this.resources = resources;
    }

    /// A resource as it is shown.
    record View(
            String id,
            String name,
            String cidr,
            String ports,
            String protocol,
            boolean decoy,
            String description,
            List<String> requestableBy,
            int approvals,
            Optional<String> approverRole,
            long maxDurationSeconds,
            String ticketPattern,
            List<String> hints,
            Instant createdAt,
            long version) {
        View {
            requestableBy = List.copyOf(requestableBy);
            hints = List.copyOf(hints);
        }

        static View of(Resource resource) {
            Terms terms = resource.terms();
            return new View(
                    resource.id(),
                    resource.name(),
                    resource.target().cidr().toString(),
                    resource.target().ports().toString(),
                    resource.target().protocol().toString(),
                    resource.target().decoy(),
                    resource.description(),
                    terms.requesters().stream().map(NamedRole::name).toList(),
                    terms.approvals(),
                    terms.approverRole().map(NamedRole::name),
                    terms.maxDuration().toSeconds(),
                    terms.ticketPattern(),
                    ResourceHints.of(resource.target()),
                    resource.createdAt(),
                    resource.version());
        }
    }

    /// A resource as it is sent.
    ///
    /// @param protocol `tcp`, `udp` or `both`, which is what holds without
    /// @param ticketPattern a regular expression; empty = no ticket is asked for; `TK-\d{6}` without
    public record Body(
            String name,
            String cidr,
            String ports,
            Optional<String> protocol,
            Optional<Boolean> decoy,
            Optional<String> description,
            Optional<List<String>> requestableBy,
            Optional<Integer> approvals,
            Optional<String> approverRole,
            Optional<Long> maxDurationSeconds,
            Optional<String> ticketPattern) {
        public Body {
            Checked.required("name", name);
            Checked.required("cidr", cidr);
            Checked.required("ports", ports);
            if (requestableBy.isPresent() && requestableBy.get().size() > MAX_ROLES) {
                throw new IllegalArgumentException("requestableBy has at most " + MAX_ROLES + " roles");
            }
        }

        /// As the service wants it.
        ///
        /// @throws dev.sekisho.control.web.Problem 400 naming the field that can't be used
        public ResourceDraft draft() {
            return new ResourceDraft(
                    Checked.field("name", () -> new ResourceId(name).name()),
                    target(cidr, ports, protocol, decoy),
                    Checked.field("description", () -> Checked.text("description", description, MAX_DESCRIPTION_CHARS)),
                    requestableBy.orElse(List.of()),
                    approvals.orElse(1),
                    approverRole,
                    Checked.field(
                            "maxDurationSeconds",
                            () -> seconds(maxDurationSeconds.orElse(Terms.DEFAULT_DURATION.toSeconds()))),
                    ticketPattern.orElse(Terms.DEFAULT_TICKET_PATTERN));
        }

        private static Duration seconds(long seconds) {
            if (seconds < 0 || seconds > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("is a number of seconds");
            }
            return Duration.ofSeconds(seconds);
        }
    }

    /// A target that is looked at.
    record CheckBody(String cidr, String ports, Optional<String> protocol) {
        CheckBody {
            Checked.required("cidr", cidr);
            Checked.required("ports", ports);
        }
    }

    /// What is to be known of a target.
    ///
    /// @param canonical the short form
    record CheckView(String canonical, List<String> hints, List<String> overlaps) {
        CheckView {
            hints = List.copyOf(hints);
            overlaps = List.copyOf(overlaps);
        }
    }

    private static Resource.Target target(
            String cidr, String ports, Optional<String> protocol, Optional<Boolean> decoy) {
        Cidr block = Checked.field("cidr", () -> Texts.cidr(cidr.strip()));
        PortSet set = Checked.field("ports", () -> PortSet.parse(ports.strip()));
        Transport transport = Checked.field("protocol", () -> Texts.transport(protocol.orElse("both")));
        return new Resource.Target(block, set, transport, decoy.orElse(false));
    }

    /// All routes.
    public List<Route> routes() {
        return List.of(
                filters(Route.get("/resources", "List IP resources"))
                        .access(Permission.VIEW_NETWORK)
                        .pages(View.class)
                        .by(request ->
                                resources.page(query(request), request.page()).map(View::of)),
                Route.post("/resources", "Make an IP resource")
                        .access(Permission.MANAGE_RESOURCES)
                        .body(Body.class)
                        .answers(View.class)
                        .by(this::create),
                Route.post("/resources/check", "Look at a target before it is used")
                        .access(Permission.VIEW_NETWORK)
                        .body(CheckBody.class)
                        .answers(CheckView.class)
                        .by(this::check),
                Route.get("/resources/{id}", "Show an IP resource")
                        .access(Permission.VIEW_NETWORK)
                        .answers(View.class)
                        .by(request -> shown(resources.find(request.path("id")))),
                Route.put("/resources/{id}", "Change an IP resource")
                        .access(Permission.MANAGE_RESOURCES)
                        .body(Body.class)
                        .answers(View.class)
                        .by(request -> shown(resources.change(
                                request.actor(),
                                request.path("id"),
                                request.ifMatch(),
                                request.body(Body.class).draft()))),
                Route.delete("/resources/{id}", "Remove an IP resource and its grants")
                        .access(Permission.MANAGE_RESOURCES)
                        .by(request -> {
                            resources.delete(request.actor(), request.path("id"), request.ifMatch());
                            return Answer.none();
                        }));
    }

    /// The parameters of a list of resources.
    public static Route filters(Route route) {
        return route.query("q", "part of name, description or addresses")
                .query("protocol", "tcp, udp or both")
                .query("decoy", "true = only decoys, false = none")
                .query("requestable", "true = only those that somebody may request")
                .query("sort", "name, address, protocol or created; with a - in front the other way round");
    }

    /// What they ask for.
    ///
    /// @throws dev.sekisho.control.web.Problem 400 when they make no sense
    public static ResourceStore.Query query(Request request) {
        return new ResourceStore.Query(
                request.query("q"),
                request.query("protocol")
                        .map(text -> Checked.field("protocol", () -> Texts.transport(text))
                                .toString()),
                request.query("decoy").map(Boolean::valueOf),
                request.query("requestable").map(Boolean::valueOf).orElse(false),
                request.query("sort")
                        .map(text -> Checked.field("sort", () -> ResourceStore.Order.parse(text)))
                        .orElse(ResourceStore.Order.BY_NAME));
    }

    private Object create(Request request) {
        Resource made =
                resources.create(request.actor(), request.body(Body.class).draft());
        return Answer.created(Route.BASE + "/resources/" + made.id(), View.of(made))
                .version(made.version());
    }

    private static Answer shown(Resource resource) {
        return Answer.of(View.of(resource)).version(resource.version());
    }

    private Object check(Request request) {
        CheckBody body = request.body(CheckBody.class);
        Resource.Target target = target(body.cidr(), body.ports(), body.protocol(), Optional.empty());
        Resources.Check check = resources.check(target);
        return new CheckView(target.shortForm(), check.hints(), check.overlaps());
    }
}
