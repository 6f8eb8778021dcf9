package dev.sekisho.control.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.policy.Permission;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The gate before handlers, on routes of every kind (threats A09, A10, A11).
@Tag("C03")
class RouteWalkTest {
    private static final List<Route> ROUTES = List.of(
            Route.get("/open", "Open").access(Access.anyone()),
            Route.post("/login", "Log in").access(Access.anyone()),
            Route.post("/session/factor", "Second factor").access(Access.login()),
            Route.get("/me", "Me"),
            Route.patch("/me", "Change me").access(Access.user().withStepUp()),
            Route.get("/users", "Users").access(Permission.VIEW_USERS),
            Route.post("/users", "Add a user").access(Permission.MANAGE_USERS),
            Route.put("/users/{id}", "Replace").access(Permission.MANAGE_USERS),
            Route.delete("/users/{id}", "Remove")
                    .access(Access.to(Permission.MANAGE_USERS).withStepUp()));

    @Test
    void everyRouteLetsInWhomItShouldAndNobodyElse() throws Exception {
        try (RouteWalk walk = new RouteWalk(ROUTES)) {
            assertThat(walk.findings()).isEmpty();
        }
    }
}
