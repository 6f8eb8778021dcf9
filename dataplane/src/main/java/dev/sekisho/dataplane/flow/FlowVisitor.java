package dev.sekisho.dataplane.flow;

/// Is shown live flows by [FlowTable#sweep].
@FunctionalInterface
public interface FlowVisitor {
    /// A live flow. It may be removed from here.
    void flow(int slot);
}
