/// Users and service accounts: who there is. Enter by [dev.sekisho.control.user.Users].
///
/// What a user logs in with belongs to `control.login`, `control.factor` and `control.token`; what a change of a user
/// does to it goes through the port [dev.sekisho.control.user.Credentials]. Imports `control.role` and below.
@NullMarked
package dev.sekisho.control.user;

import org.jspecify.annotations.NullMarked;
