package dev.sekisho.control.factor;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.util.List;

/// Policies of second factors in the database. Stateless.
public final class JdbcFactorPolicyStore implements FactorPolicyStore {
    @Override
    public List<FactorPolicy> all(Transaction transaction) {
        return Sql.of(transaction)
                .list(
                        row -> new FactorPolicy(
                                row.text("scope"),
                                row.text("required"),
                                List.of(row.text("kinds").split(","))),
                        "SELECT scope, required, kinds FROM factor_policy ORDER BY scope");
    }

    @Override
    public void replace(Transaction transaction, List<FactorPolicy> policies) {
        Sql sql = Sql.of(transaction);
        sql.update("DELETE FROM factor_policy");
        for (FactorPolicy policy : policies) {
            sql.update(
                    "INSERT INTO factor_policy (scope, required, kinds) VALUES (?, ?, ?)",
                    policy.scope(),
                    policy.required(),
                    String.join(",", policy.kinds()));
        }
    }
}
