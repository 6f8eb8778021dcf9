package dev.sekisho.control.flows.web;

import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.FlowEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.flows.FlowLog;
import dev.sekisho.control.flows.FlowLogFiles;
import dev.sekisho.control.flows.FlowLogWriter;
import dev.sekisho.control.flows.search.FlowQuery;
import dev.sekisho.control.flows.search.FlowRecord;
import dev.sekisho.control.flows.search.FlowSearch;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Json;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.Streamed;
import dev.sekisho.policy.Permission;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// The routes `/flows/log` and `/me/flows/log`: flows that have ended and attempts that were refused, of this
/// node.
public final class FlowLogApi {
    private static final String CSV = "text/csv; charset=utf-8";
    private static final String NDJSON = "application/x-ndjson";

    /// Searches at once: they read much, and packets need the processor, too.
    private static final int SEARCHES = 2;

    /// A page that asks at every letter has some under way.
    private static final int MOST_OF_ONE = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final UnitOfWork work;
    private final FlowLogWriter log;
    private final FlowLogSettings settings;
    private final String node;
    private final FlowSearch search;
    private final Turns searches = new Turns(SEARCHES, MOST_OF_ONE, PATIENCE);

    /// Those of one's own flows, which everybody may look for: they wait for each other and for nobody else.
    private final Turns ownSearches = new Turns(1, MOST_OF_ONE, PATIENCE);

    private final Semaphore exports = new Semaphore(SEARCHES);

    /// @param log of this node
    /// @param node the name of this node, as in `/status`
    public FlowLogApi(UnitOfWork work, FlowLogWriter log, FlowLogSettings settings, String node) {
        this.work = work;
        this.log = log;
        this.settings = settings;
        this.node = node;
        this.search = new FlowSearch(log.files());
    }

    /// Some flows, the newest first.
    ///
    /// @param next where to go on, for `cursor`
    /// @param node whose log it is: each node has its own
    /// @param limited whether it ends because enough was looked at: `next` goes on there, also when nothing was
    ///     found
    /// @param scannedBytes what was looked at
    /// @param damagedLines lines that could not be read, among those that were looked at
    record FlowLogPage(
            List<FlowRecord> items,
            Optional<String> next,
            String node,
            boolean limited,
            long scannedBytes,
            long damagedLines) {
        FlowLogPage {
            items = List.copyOf(items);
        }
    }

    /// How much is kept, and how much there is on this node.
    ///
    /// @param days today included; older days go
    /// @param maxBytes of all files of a node; beyond, the oldest go
    /// @param reserveBytes that are left free on the disk: first the oldest files go, then no new flow is let
    ///     through
    /// @param oldest the first day that is there
    /// @param freeBytes on the disk
    /// @param lostEvents that are in no file, since the start
    /// @param problem why nothing can be written, while that is so
    record FlowLogSettingsView(
            int days,
            long maxBytes,
            long reserveBytes,
            String node,
            int files,
            long bytes,
            Optional<Instant> oldest,
            long freeBytes,
            long lostEvents,
            Optional<String> problem,
            long version) {}

    /// How much is to be kept.
    record FlowLogSettingsBody(int days, long maxBytes) {}

    /// All routes.
    public List<Route> routes() {
        return List.of(
                paged(FlowQueries.on(Route.get("/flows/log", "Search flows that have ended"), true))
                        .access(Permission.VIEW_ALL_LOGS)
                        .by(request -> page(request, FlowQueries.of(request), searches)),
                paged(FlowQueries.on(Route.get("/me/flows/log", "Search my flows that have ended"), false))
                        .by(request -> page(request, mine(request), ownSearches)),
                FlowQueries.on(Route.get("/flows/log/export", "Export flows that have ended"), true)
                        .query("format", "csv or jsonl; csv without")
                        .access(Permission.VIEW_ALL_LOGS)
                        .answers(new Route.Shape.Raw("text/csv"))
                        .by(this::export),
                Route.get("/flows/log/settings", "Show how much of the flow log is kept")
                        .access(Permission.MANAGE_SETTINGS)
                        .answers(FlowLogSettingsView.class)
                        .by(_ -> shown(settings.current())),
                Route.put("/flows/log/settings", "Say how much of the flow log is kept")
                        .access(Permission.MANAGE_SETTINGS)
                        .body(FlowLogSettingsBody.class)
                        .answers(FlowLogSettingsView.class)
                        .by(this::change));
    }

    private static Route paged(Route route) {
        return route.query("limit", "items at most, 1 to 500; 50 without")
                .query("cursor", "where to go on: `next` of the page before")
                .answers(FlowLogPage.class);
    }

    private FlowLogPage page(Request request, FlowQuery query, Turns turns) {
        Page.Request page = request.page();
        FlowSearch.Found found = turns.take(
                request.principal().userId().orElse(request.principal().name()),
                () -> Checked.field("cursor", () -> unchecked(() -> search.find(query, page.after(), page.limit()))));
        return new FlowLogPage(
                found.flows(),
                found.next().map(FlowLogApi::encoded),
                node,
                found.limited(),
                found.bytes(),
                found.damaged());
    }

    private static String encoded(String position) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(position.getBytes(StandardCharsets.UTF_8));
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T unchecked(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new UncheckedIOException("the flow log can't be read", e);
        }
    }

    private FlowQuery mine(Request request) {
        FlowQuery query = FlowQueries.of(request);
        OwnName own = settings.ownName(request.principal().requireUser());
        return query.of(own.name(), own.since());
    }

    private Answer export(Request request) {
        boolean csv = switch (request.query("format").orElse("csv")) {
            case "csv" -> true;
            case "jsonl" -> false;
            default -> throw Problem.invalid("format", "is csv or jsonl");
        };
        FlowQuery query = FlowQueries.of(request);
        work.change(
                request.actor(),
                _ -> Change.of(true, new FlowEvent.Exported(node, csv ? "csv" : "jsonl", FlowQueries.text(request))));
        return Answer.file(
                csv ? "flows.csv" : "flows.jsonl", csv ? CSV : NDJSON, new Streamed(out -> export(query, csv, out)));
    }

    private void export(FlowQuery query, boolean csv, OutputStream out) throws IOException {
        if (!exports.tryAcquire()) {
            throw Problem.unavailable("others export the flow log at this moment: try again");
        }
        try {
            if (csv) {
                out.write(FlowCsv.HEAD.getBytes(StandardCharsets.UTF_8));
            }
            search.each(query, flow -> {
                write(out, csv ? FlowCsv.line(flow) : Json.text(flow) + "\n");
                return true;
            });
        } finally {
            exports.release();
        }
    }

    private static void write(OutputStream out, String line) {
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Object change(Request request) {
        FlowLogSettingsBody body = request.body(FlowLogSettingsBody.class);
        return shown(settings.change(request.actor(), request.ifMatch(), body.days(), body.maxBytes()));
    }

    private Answer shown(FlowLogSettings.Kept kept) {
        FlowLogFiles.Usage usage = unchecked(log.files()::usage);
        return Answer.of(new FlowLogSettingsView(
                        kept.days(),
                        kept.maxBytes(),
                        FlowLog.RESERVE_BYTES,
                        node,
                        usage.files(),
                        usage.bytes(),
                        usage.oldest().map(LocalDate::atStartOfDay).map(start -> start.toInstant(ZoneOffset.UTC)),
                        usage.freeBytes(),
                        log.lostCount(),
                        log.problem(),
                        kept.version()))
                .version(kept.version());
    }
}
