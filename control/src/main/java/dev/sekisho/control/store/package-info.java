/// The database: connections, migrations, transactions, statements. Enter by [dev.sekisho.control.store.Database].
///
/// Two dialects, one schema and one set of statements: SQLite by default, PostgreSQL by `SEKISHO_DATABASE_URL`. A
/// feature's adapter (`JdbcFooStore`) gets its statements from [dev.sekisho.control.store.Sql]; nobody else sees SQL.
/// Services read and write through `control.audit.UnitOfWork`, so that no change goes unrecorded. Imports nothing of
/// `control`.
@NullMarked
package dev.sekisho.control.store;

import org.jspecify.annotations.NullMarked;
