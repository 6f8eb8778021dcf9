package dev.sekisho.control.flows;

import java.time.Instant;
import java.util.function.Predicate;

/// The flows that were recorded, the port of those who look back. Thread-safe.
public interface RecordedFlows {
    /// Hands over flows that were opened or denied, those of late before those of long ago but not strictly in
    /// order, until the sink has enough or there are no more.
    ///
    /// @param from the first moment
    /// @param until the first moment behind them
    /// @param sink says whether it wants more
    /// @return false when the sink had enough
    /// @throws java.io.UncheckedIOException when the log can't be read
    boolean newestFirst(Instant from, Instant until, Predicate<RecordedFlow> sink);
}
