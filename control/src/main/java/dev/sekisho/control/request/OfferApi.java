package dev.sekisho.control.request;

import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Permission;
import java.util.List;

/// The route `/me/offers`: what the event `access.denied` told, for those who had no page open then.
public final class OfferApi {
    private final RecentOffers recent;

    public OfferApi(RecentOffers recent) {
        this.recent = recent;
    }

    /// All routes.
    public List<Route> routes() {
        return List.of(Route.get("/me/offers", "List what was denied to my devices of late, and may be requested")
                .access(Permission.REQUEST)
                .lists(Offers.Offer.class)
                .by(request -> recent.of(request.principal().requireUser())));
    }
}
