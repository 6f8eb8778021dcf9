/// Roles: what they allow, which belong to which, who has them. Enter by [dev.sekisho.control.role.Roles].
///
/// A role has permissions by name and parents: whoever has the role also has its parents. Nobody hands out what they
/// may not do themselves. Imports `control.web`, `control.audit`, `control.store` and `policy`; users are known by
/// their identity only.
@NullMarked
package dev.sekisho.control.role;

import org.jspecify.annotations.NullMarked;
