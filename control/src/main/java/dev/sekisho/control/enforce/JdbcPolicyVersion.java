package dev.sekisho.control.enforce;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.util.function.ToLongFunction;

/// The version of what a transaction reads: the number of the last audit record. It grows with every change, is the
/// same on every node, and says which records are in force. Thread-safe.
public final class JdbcPolicyVersion implements ToLongFunction<Transaction> {
    @Override
    public long applyAsLong(Transaction transaction) {
        return Sql.of(transaction).number("SELECT COALESCE(MAX(seq), 0) AS n FROM audit_record");
    }
}
