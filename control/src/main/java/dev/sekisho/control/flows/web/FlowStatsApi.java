package dev.sekisho.control.flows.web;

import dev.sekisho.control.flows.stats.FlowStats;
import dev.sekisho.control.flows.stats.Top;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Permission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/// The routes `/flows/top` and `/flows/series`: what the flows of this node add up to.
public final class FlowStatsApi {
    private static final Duration DAY = Duration.ofDays(1);
    private static final int LIMIT = 10;
    private static final int MAX_LIMIT = 100;

    /// Stretches that a chart has when nobody says how long they are.
    private static final int STEPS = 120;

    private static final List<Integer> STEP_MINUTES = List.of(1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1_440);
    private static final long MAX_STEP_MINUTES = 10_080;

    /// Of names there are many a day.
    private static final Duration LONGEST_TOP = Duration.ofDays(92);

    /// A page with charts asks for some at once.
    private static final int MOST_OF_ONE = 8;

    private final Turns turns = new Turns(1, MOST_OF_ONE, Duration.ofSeconds(10));
    private final FlowStats stats;
    private final InstantSource clock;
    private final String node;

    /// @param node the name of this node
    public FlowStatsApi(FlowStats stats, InstantSource clock, String node) {
        this.stats = stats;
        this.clock = clock;
        this.node = node;
    }

    /// The names with the most.
    ///
    /// @param from what is covered: whole spans of ten minutes
    /// @param to the moment after it
    /// @param node whose flows they are
    record TopView(String by, Instant from, Instant to, String node, List<Top> items) {
        TopView {
            items = List.copyOf(items);
        }
    }

    /// A chart.
    ///
    /// @param stepSeconds how long a stretch is
    /// @param node whose flows they are
    record SeriesView(Instant from, Instant to, long stepSeconds, String node, List<FlowStats.Bucket> items) {
        SeriesView {
            items = List.copyOf(items);
        }
    }

    private record Range(Instant from, Instant to) {}

    /// All routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/flows/top", "Show who and what has the most traffic or refusals")
                        .access(Permission.VIEW_ALL_LOGS)
                        .query("by", "user, device, resource or destination")
                        .query("order", "bytes or denied; bytes without")
                        .query("from", "the first moment; a day before `to` without")
                        .query("to", "the moment after the last; now without")
                        .query("limit", "names at most, 1 to 100; 10 without")
                        .answers(TopView.class)
                        .by(this::top),
                Route.get("/flows/series", "Show flows, refusals and bytes over time")
                        .access(Permission.VIEW_ALL_LOGS)
                        .query("from", "the first moment; a day before `to` without")
                        .query("to", "the moment after the last; now without")
                        .query("step", "minutes of a stretch; about 120 stretches without")
                        .answers(SeriesView.class)
                        .by(this::series));
    }

    private Range range(Request request) {
        Instant to = FlowQueries.moment(request, "to").orElseGet(clock::instant);
        Instant from = FlowQueries.moment(request, "from").orElseGet(() -> to.minus(DAY));
        Instant least = Instant.EPOCH;
        Instant most = clock.instant().plus(DAY);
        if (!from.isBefore(to)) {
            throw Problem.invalid("from", "is before to");
        }
        if (from.isBefore(least) || to.isAfter(most)) {
            throw Problem.invalid("to", "lies between 1970 and tomorrow, as from does");
        }
        return new Range(from, to);
    }

    private Object top(Request request) {
        Range range = range(request);
        if (Duration.between(range.from(), range.to()).compareTo(LONGEST_TOP) > 0) {
            throw Problem.invalid("from", "is at most " + LONGEST_TOP.toDays() + " days before to");
        }
        FlowStats.By by = switch (request.query("by").orElse("user")) {
            case "user" -> FlowStats.By.USER;
            case "device" -> FlowStats.By.DEVICE;
            case "resource" -> FlowStats.By.RESOURCE;
            case "destination" -> FlowStats.By.DESTINATION;
            default -> throw Problem.invalid("by", "is user, device, resource or destination");
        };
        boolean denied = switch (request.query("order").orElse("bytes")) {
            case "bytes" -> false;
            case "denied" -> true;
            default -> throw Problem.invalid("order", "is bytes or denied");
        };
        int limit = request.query("limit")
                .map(text -> (int) FlowQueries.number("limit", text, MAX_LIMIT))
                .orElse(LIMIT);
        long span = FlowStats.SPAN.toMillis();
        return new TopView(
                by.name().toLowerCase(Locale.ROOT),
                Instant.ofEpochMilli(Math.floorDiv(range.from().toEpochMilli(), span) * span),
                Instant.ofEpochMilli(Math.ceilDiv(range.to().toEpochMilli(), span) * span),
                node,
                read(request, () -> stats.top(by, range.from(), range.to(), denied, limit)));
    }

    private Object series(Request request) {
        Range range = range(request);
        Duration step = Duration.ofMinutes(request.query("step")
                .map(text -> FlowQueries.number("step", text, MAX_STEP_MINUTES))
                .orElseGet(() -> step(range)));
        try {
            List<FlowStats.Bucket> buckets = read(request, () -> stats.series(range.from(), range.to(), step));
            Instant first = buckets.getFirst().at();
            return new SeriesView(
                    first, first.plus(step.multipliedBy(buckets.size())), step.toSeconds(), node, buckets);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("step", String.valueOf(e.getMessage()));
        }
    }

    private static long step(Range range) {
        long minutes = Duration.between(range.from(), range.to()).toMinutes() / STEPS;
        return STEP_MINUTES.stream()
                .filter(step -> step >= minutes)
                .findFirst()
                .map(Integer::longValue)
                .orElse(MAX_STEP_MINUTES);
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private <T> T read(Request request, Reading<T> reading) {
        return turns.take(
                request.principal().userId().orElse(request.principal().name()), () -> {
                    try {
                        return reading.read();
                    } catch (IOException e) {
                        throw new UncheckedIOException("the sums of flows can't be read", e);
                    }
                });
    }
}
