/// From the database to the data plane: what is committed comes into force, and what the data plane sees comes back.
/// Enter by [dev.sekisho.control.enforce.PolicyPublisher] and [dev.sekisho.control.enforce.CheckpointHost].
///
/// One thread reads and publishes: rights that end are taken away first, the rest follows when it is compiled. Imports
/// the network's features, `control.run` (the data plane's port), `control.socket`, `control.flows`, `control.audit`,
/// `control.store` and `control.web`.
@NullMarked
package dev.sekisho.control.enforce;

import org.jspecify.annotations.NullMarked;
