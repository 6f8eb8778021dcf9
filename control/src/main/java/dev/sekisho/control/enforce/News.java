package dev.sekisho.control.enforce;

import dev.sekisho.policy.Permission;

/// The port to live news (server-sent events). Thread-safe; never waits.
public interface News {
    /// For those who have a permission.
    ///
    /// @param payload a record, which becomes JSON
    void toHolders(String topic, Permission permission, Object payload);

    /// For one user.
    void toUser(String topic, String userId, Object payload);

    /// For nobody: a server without a portal.
    News NONE = new News() {
        @Override
        public void toHolders(String topic, Permission permission, Object payload) {}

        @Override
        public void toUser(String topic, String userId, Object payload) {}
    };
}
