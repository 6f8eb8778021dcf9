package dev.sekisho.control.flows.search;

import dev.sekisho.control.flows.FlowLogFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Finds flows in the files of the flow log. Thread-safe; holds half a MiB of the log at a time.
public final class FlowSearch {
    /// Bytes of log and index that are looked at for a page; beyond, the cursor goes on from there.
    public static final long PAGE_BYTES = 32L << 20;

    private final FlowLogFiles files;
    private final long pageBytes;

    /// @param files of this node
    public FlowSearch(FlowLogFiles files) {
        this(files, PAGE_BYTES);
    }

    FlowSearch(FlowLogFiles files, long pageBytes) {
        this.files = files;
        this.pageBytes = pageBytes;
    }

    /// Some flows, the newest first.
    ///
    /// @param next where to go on; empty = there are no more
    /// @param limited whether it ends because enough was looked at, not because enough was found
    /// @param bytes of log and index that were looked at
    /// @param damaged lines that are no whole JSON objects, among those that were looked at
    public record Found(List<FlowRecord> flows, Optional<String> next, boolean limited, long bytes, long damaged) {
        public Found {
            flows = List.copyOf(flows);
        }
    }

    /// Finds some.
    ///
    /// @param before the `next` of the page before
    /// @param limit flows at most
    /// @throws IllegalArgumentException when `before` is no place
    /// @throws IOException when the log can't be read
    public Found find(FlowQuery query, Optional<String> before, int limit) throws IOException {
        List<FlowRecord> found = new ArrayList<>();
        BackwardScan scan = new BackwardScan(files, new Wanted(query), pageBytes);
        Optional<FlowPosition> next = scan.run(before.map(FlowPosition::parse), flow -> {
            found.add(flow);
            return found.size() < limit;
        });
        return new Found(
                found,
                next.map(FlowPosition::toString),
                next.isPresent() && found.size() < limit,
                scan.bytes(),
                scan.damaged());
    }

    /// Hands over all that are wanted, as long as the sink says so; without a budget, for exports.
    ///
    /// @throws IOException when the log can't be read
    public void each(FlowQuery query, Predicate<FlowRecord> sink) throws IOException {
        var _ = new BackwardScan(files, new Wanted(query), Long.MAX_VALUE).run(Optional.empty(), sink);
    }
}
