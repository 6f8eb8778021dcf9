package dev.sekisho.control.enforce;

import dev.sekisho.control.web.EventStream;
import dev.sekisho.policy.Permission;

/// The port to live news (server-sent events). Thread-safe; never waits.
public interface News {
    /// For those who have a permission.
    ///
    /// @param payload a record, which becomes JSON
    void toHolders(String topic, Permission permission, Object payload);

    /// For one user.
    void toUser(String topic, String userId, Object payload);

    /// Sends to everybody who listens to a stream.
    static News of(EventStream stream) {
        return new News() {
            @Override
            public void toHolders(String topic, Permission permission, Object payload) {
                stream.publish(topic, EventStream.Audience.permission(permission), payload);
            }

            @Override
            public void toUser(String topic, String userId, Object payload) {
                stream.publish(topic, EventStream.Audience.user(userId), payload);
            }
        };
    }

    /// Sends what will be outdated in a moment to those who listen to this node's stream now.
    static News fleeting(EventStream stream) {
        return new News() {
            @Override
            public void toHolders(String topic, Permission permission, Object payload) {
                stream.fleeting(topic, EventStream.Audience.permission(permission), payload);
            }

            @Override
            public void toUser(String topic, String userId, Object payload) {
                stream.fleeting(topic, EventStream.Audience.user(userId), payload);
            }
        };
    }

    /// For nobody: a server without a portal.
    News NONE = new News() {
        @Override
        public void toHolders(String topic, Permission permission, Object payload) {}

        @Override
        public void toUser(String topic, String userId, Object payload) {}
    };
}
