/// The composition root: which parts there are, what each is given, in which order they start and end. Enter by
/// [dev.sekisho.control.server.Server].
///
/// A feature is added in one place: a small class beside [dev.sekisho.control.server.ServerFeatures] that makes its
/// services of the [dev.sekisho.control.server.Core] and adds its routes, authenticators, health and whatever must be
/// closed to the [dev.sekisho.control.server.Features]. Imports every feature; only `cli` imports it.
@NullMarked
package dev.sekisho.control.server;

import org.jspecify.annotations.NullMarked;
