package dev.sekisho.control.device;

import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.policy.Permission;
import java.util.Optional;

/// Which devices somebody may see, and give new keys. Stateless.
final class Visible {
    private Visible() {}

    /// The device that a request's path names: one of one's own, or any with a permission. Whoever may not see it is
    /// told that there is none.
    ///
    /// @throws Problem 404
    static Device find(Request request, Devices devices, Permission permission) {
        Principal principal = request.principal();
        Device device = devices.find(request.path("id"));
        if (!principal.may(permission) && !isOwn(principal, device)) {
            throw Problem.notFound("there is no such device");
        }
        return device;
    }

    static boolean isOwn(Principal principal, Device device) {
        return principal.userId().equals(Optional.of(device.owner().id()));
    }

    /// Whether somebody changes devices because they are theirs, and not because they manage all.
    static boolean isByOwner(Principal principal) {
        return !principal.may(Permission.MANAGE_DEVICES);
    }

    /// A new key is a new device in all but name: who may add devices of their own may give these new keys.
    ///
    /// @throws Problem 403
    static void requireMayRekey(Principal principal) {
        if (!principal.may(Permission.MANAGE_DEVICES) && !principal.may(Permission.ADD_OWN_DEVICES)) {
            throw Problem.forbidden(
                    "a new key for a device of one's own needs the permission " + Permission.ADD_OWN_DEVICES.label());
        }
    }
}
