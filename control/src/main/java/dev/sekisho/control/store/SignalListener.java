package dev.sekisho.control.store;

/// Hears what other nodes tell through the database. Called on one thread; it must not wait long.
public interface SignalListener {
    /// Something was told, by this node or another.
    void heard(String text);

    /// What was told in the meantime may have been missed: the connection has just been made.
    void gap();
}
