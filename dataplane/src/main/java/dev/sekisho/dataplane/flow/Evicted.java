package dev.sekisho.dataplane.flow;

/// Is told of every flow that a [FlowTable] ends by itself to make room: a close event is owed for it.
@FunctionalInterface
public interface Evicted {
    /// The flow in `slot` is about to go. Its record can still be read; the table must not be changed from here.
    void evicted(int slot);
}
