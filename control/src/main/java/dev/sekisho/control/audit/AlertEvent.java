package dev.sekisho.control.audit;

/// What happens to alert channels.
public sealed interface AlertEvent extends ControlEvent {
    /// A channel was added.
    record ChannelCreated(String channel, String kind) implements AlertEvent {
        @Override
        public String action() {
            return "alert.channel-created";
        }

        @Override
        public String target() {
            return channel;
        }
    }

    /// A channel was changed.
    record ChannelChanged(String channel, String kind, boolean enabled) implements AlertEvent {
        @Override
        public String action() {
            return "alert.channel-changed";
        }

        @Override
        public String target() {
            return channel;
        }
    }

    /// A channel was removed.
    record ChannelDeleted(String channel) implements AlertEvent {
        @Override
        public String action() {
            return "alert.channel-deleted";
        }

        @Override
        public String target() {
            return channel;
        }
    }

    /// A channel was tried out.
    record ChannelTested(String channel, boolean ok) implements AlertEvent {
        @Override
        public String action() {
            return "alert.channel-tested";
        }

        @Override
        public String target() {
            return channel;
        }
    }

    /// A message that was given up is tried again.
    record DeliveryRetried(String delivery) implements AlertEvent {
        @Override
        public String action() {
            return "alert.delivery-retried";
        }

        @Override
        public String target() {
            return delivery;
        }
    }
}
