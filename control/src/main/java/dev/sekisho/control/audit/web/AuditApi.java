package dev.sekisho.control.audit.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.sekisho.control.audit.AuditQuery;
import dev.sekisho.control.audit.AuditRecord;
import dev.sekisho.control.audit.AuditVerifier;
import dev.sekisho.control.audit.Audits;
import dev.sekisho.control.audit.SignedCheckpoint;
import dev.sekisho.control.audit.stream.AuditStream;
import dev.sekisho.control.audit.stream.AuditStreams;
import dev.sekisho.control.audit.stream.Target;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.ShortList;
import dev.sekisho.control.web.Streamed;
import dev.sekisho.policy.Permission;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// The audit log over REST.
public final class AuditApi {
    private static final String NDJSON = "application/x-ndjson";

    private final Audits audits;
    private final AuditStreams streams;
    private final EventStream events;
    private final InstantSource clock;

    /// The audit log over REST.
    ///
    /// @param events where whoever lets the log be checked hears how far that is
    public AuditApi(Audits audits, AuditStreams streams, EventStream events, InstantSource clock) {
        this.audits = audits;
        this.streams = streams;
        this.events = events;
        this.clock = clock;
    }

    /// How far a check of the log is: what topic `audit.progress` carries.
    ///
    /// @param records that were read
    /// @param of all
    public record VerifyProgress(long records, long of) {}

    /// Where records are sent, and how that fares.
    ///
    /// @param id empty for a new stream
    /// @param transport `udp`, `tcp` or `tls` for a syslog receiver, `file` for a file
    /// @param host of the syslog receiver
    /// @param port of the syslog receiver
    /// @param file name of the file in the folder `audit` of the state directory
    /// @param behind records that are still to be sent; not read
    /// @param failure why it can't send; not read
    public record StreamView(
            Optional<String> id,
            String name,
            String transport,
            Optional<String> host,
            Optional<Integer> port,
            Optional<String> file,
            boolean enabled,
            Optional<Long> behind,
            Optional<String> failure) {
        private static final String FILE = "file";

        public StreamView {
            if (name == null || transport == null || !transport.matches("udp|tcp|tls|file")) {
                throw new IllegalArgumentException("a stream has a name and the transport udp, tcp, tls or file");
            }
            if (transport.equals(FILE) ? file.isEmpty() : host.isEmpty() || port.isEmpty()) {
                throw new IllegalArgumentException("a syslog stream has host and port, a file stream has file");
            }
        }

        private AuditStream stream(InstantSource clock) {
            Target target = transport.equals(FILE)
                    ? new Target.File(file.orElseThrow())
                    : new Target.Syslog(
                            host.orElseThrow(),
                            port.orElseThrow(),
                            Target.Transport.valueOf(transport.toUpperCase(Locale.ROOT)));
            return new AuditStream(id.orElseGet(() -> Ids.next(clock.millis())), name, target, enabled, 0, 1);
        }

        private static StreamView of(AuditStreams.Status status) {
            AuditStream stream = status.stream();
            Optional<Target.Syslog> syslog =
                    stream.target() instanceof Target.Syslog to ? Optional.of(to) : Optional.empty();
            return new StreamView(
                    Optional.of(stream.id()),
                    stream.name(),
                    syslog.map(to -> to.transport().name().toLowerCase(Locale.ROOT))
                            .orElse(FILE),
                    syslog.map(Target.Syslog::host),
                    syslog.map(Target.Syslog::port),
                    stream.target() instanceof Target.File to ? Optional.of(to.name()) : Optional.empty(),
                    stream.enabled(),
                    Optional.of(status.behind()),
                    status.failure());
        }
    }

    /// All streams.
    public record StreamsView(List<StreamView> items) {
        private static final int MAX = 20;

        public StreamsView {
            if (items == null || items.size() > MAX) {
                throw new IllegalArgumentException("there are " + MAX + " streams at most");
            }
            items = List.copyOf(items);
        }
    }

    /// A record.
    ///
    /// @param actorId identity of the user or service account, if it is one
    /// @param details the event's other fields
    /// @param hash of the record as a leaf of the Merkle tree, in hexadecimal
    public record AuditView(
            long seq,
            Instant at,
            String actor,
            Optional<String> actorId,
            String via,
            String source,
            String action,
            String target,
            @JsonRawValue String details,
            String hash) {
        static AuditView of(AuditRecord record) {
            return new AuditView(
                    record.seq(),
                    record.at(),
                    record.actor().name(),
                    record.actor().userId(),
                    record.actor().via().name(),
                    record.actor().source(),
                    record.action(),
                    record.target(),
                    record.details(),
                    record.hash());
        }
    }

    /// All operations.
    public List<Route> routes() {
        return List.of(
                Route.get("/audit", "Search the audit log")
                        .access(Permission.VIEW_AUDIT)
                        .query("actor", "who, exactly")
                        .query("action", "what, or how it begins, such as user.")
                        .query("target", "to whom or what, exactly")
                        .query("from", "the first moment, such as 2026-11-30T00:00:00Z")
                        .query("to", "the moment after the last")
                        .query("q", "stands somewhere in actor, target or details")
                        .pages(AuditView.class)
                        .by(this::search),
                Route.get("/audit/{seq}/proof", "Prove that a record is in the log")
                        .access(Permission.VIEW_AUDIT)
                        .answers(Audits.Inclusion.class)
                        .by(this::proof),
                Route.get("/audit/checkpoint", "Show what the log is now, signed")
                        .access(Permission.VIEW_AUDIT)
                        .answers(Audits.Newest.class)
                        .by(_ -> audits.newest()),
                Route.get("/audit/checkpoints", "List signed checkpoints")
                        .access(Permission.VIEW_AUDIT)
                        .query("from", "signed at this moment or later")
                        .query("to", "signed before this moment")
                        .pages(SignedCheckpoint.class)
                        .by(this::checkpoints),
                Route.get("/audit/consistency", "Prove that the log was only appended to")
                        .access(Permission.VIEW_AUDIT)
                        .query("first", "records of the older log")
                        .query("second", "records of the newer log")
                        .answers(Audits.Consistency.class)
                        .by(request -> refused(
                                "first",
                                () -> audits.consistency(required(request, "first"), required(request, "second")))),
                Route.get("/audit/verify", "Check the whole log")
                        .access(Permission.VIEW_AUDIT)
                        .answers(AuditVerifier.Report.class)
                        .by(this::verify),
                Route.get("/audit/export", "Export the log")
                        .access(Permission.VIEW_AUDIT)
                        .answers(new Route.Shape.Raw(NDJSON))
                        .by(this::export),
                Route.get("/audit/streams", "Show where the audit log is sent")
                        .access(Permission.MANAGE_SETTINGS)
                        .query("q", "part of the name")
                        .query("transport", "udp, tcp, tls or file")
                        .query("enabled", "true: only those in use; false: only others")
                        .pages(StreamView.class)
                        .by(this::listStreams),
                Route.put("/audit/streams", "Say where the audit log is sent")
                        .access(Permission.MANAGE_SETTINGS)
                        .body(StreamsView.class)
                        .answers(StreamsView.class)
                        .by(this::changeStreams));
    }

    private Object checkpoints(Request request) {
        Optional<Instant> from = moment(request, "from");
        Optional<Instant> to = moment(request, "to");
        return refused("cursor", () -> audits.checkpoints(from, to, request.page()));
    }

    private Object listStreams(Request request) {
        return ShortList.of(request, streams().items())
                .text(StreamView::name)
                .oneOf("transport", List.of("udp", "tcp", "tls", StreamView.FILE), StreamView::transport)
                .flag("enabled", StreamView::enabled)
                .upwards(stream -> stream.name().toLowerCase(Locale.ROOT));
    }

    private StreamsView streams() {
        return new StreamsView(streams.list().stream().map(StreamView::of).toList());
    }

    private StreamsView changeStreams(Request request) {
        List<StreamView> items = request.body(StreamsView.class).items();
        List<AuditStream> wanted = refused(
                "items", () -> items.stream().map(item -> item.stream(clock)).toList());
        streams.replace(request.actor(), wanted);
        return streams();
    }

    private Page<AuditView> search(Request request) {
        AuditQuery query = new AuditQuery(
                request.query("actor"),
                request.query("action"),
                request.query("target"),
                moment(request, "from"),
                moment(request, "to"),
                request.query("q"));
        return refused("cursor", () -> audits.search(query, request.page()).map(AuditView::of));
    }

    private static <T> T refused(String field, Supplier<T> work) {
        try {
            return work.get();
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(field, String.valueOf(e.getMessage()));
        }
    }

    private static Optional<Instant> moment(Request request, String name) {
        return request.query(name).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw Problem.invalid(name, name + " is a moment such as 2026-11-30T12:00:00Z");
            }
        });
    }

    private static long number(String name, String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw Problem.invalid(name, name + " is a whole number");
        }
        return Long.parseLong(text);
    }

    private static long required(Request request, String name) {
        return number(name, request.query(name).orElse(""));
    }

    private AuditVerifier.Report verify(Request request) {
        Optional<EventStream.Audience> who = request.principal().userId().map(EventStream.Audience::user);
        return audits.verify((records, of) ->
                who.ifPresent(audience -> events.publish("audit.progress", audience, new VerifyProgress(records, of))));
    }

    private Audits.Inclusion proof(Request request) {
        return audits.inclusion(number("seq", request.path("seq")))
                .orElseThrow(() -> Problem.notFound("there is no such record"));
    }

    /// The log may be larger than memory: it is made while it is sent.
    private Answer export(Request request) {
        long size = audits.beginExport(request.actor());
        return Answer.file("audit.ndjson", NDJSON, new Streamed(out -> audits.export(size, out)));
    }
}
