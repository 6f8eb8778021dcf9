/// The settings of the network module (product lines N02-N13): checked so that nobody locks themselves out, with the
/// server's key. Enter by [dev.sekisho.control.settings.Settings].
///
/// Imports `control.people`, `control.policy` (values as text), `control.network`, `control.tunnel`, `control.audit`,
/// `control.store` and `control.web`.
@NullMarked
package dev.sekisho.control.settings;

import org.jspecify.annotations.NullMarked;
