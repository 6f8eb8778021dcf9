/// HTTP: the server, who is asking, what they may do, errors, the OpenAPI document, live events, the portal's files.
/// Enter
/// by [dev.sekisho.control.web.Route] and [dev.sekisho.control.web.WebServer].
///
/// Knows no feature: a feature's `*Api` declares its routes as values, `control.server` hands them over. Permissions
/// are checked here, in one place, before a handler runs. The only package that knows Javalin. Imports
/// `control.audit`, `control.store` and `policy`.
@NullMarked
package dev.sekisho.control.web;

import org.jspecify.annotations.NullMarked;
