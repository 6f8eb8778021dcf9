/// Requests for access (product line R06): asked for, approved by others, and given as a grant that ends by itself.
/// Enter by [dev.sekisho.control.request.Requests]; [dev.sekisho.control.request.Offers] says what may be
/// requested when it was denied, and [dev.sekisho.control.request.RecentOffers] says it again a while later.
///
/// Imports `control.grant`, `control.resource`, `control.people`, `control.audit`, `control.store` and `control.web`.
@NullMarked
package dev.sekisho.control.request;

import org.jspecify.annotations.NullMarked;
